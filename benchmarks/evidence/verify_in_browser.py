"""How long does a browser's engine take to verify an evidence pack, as the console and the one HTML file do?

The verifier of the SDK runs in Node, whose engine is Chromium's: with WebCrypto, with the fallback, and the very
first time. The floor of the same run is hashing the bytes once and checking the pack's two Ed25519 signatures.
Figure: a pack of 1 MB within 50 ms.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from companyos.spines.evidence import pack
from companyos.spines.evidence.tests.packs import sealed

ROOT = Path(__file__).parents[2]
TIMES = """
import { readFileSync } from "node:fs";
import { verifyPack } from "%s/web/sdk/src/pack";
import { verifies } from "%s/web/sdk/src/pack/ed25519";
import { encode, sha256 } from "%s/web/sdk/src/pack/bytes";

const data = new Uint8Array(readFileSync(process.argv[2]!));
async function median(work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let turn = 0; turn < 60; turn++) {
    const began = performance.now();
    await work();
    taken.push(performance.now() - began);
  }
  return taken.sort((a, b) => a - b)[30]!;
}
const began = performance.now();
const { findings, signer } = await verifyPack(data);
const first = performance.now() - began;
if (findings.length > 0 || !signer) throw new Error(JSON.stringify(findings));
const ours = await median(() => verifyPack(data));
const blank = new Uint8Array(64);
const floor = await median(async () => {
  await sha256(data);
  await verifies(signer.raw, blank, encode("one"));
  await verifies(signer.raw, blank, encode("two"));
});
crypto.subtle.importKey = () => Promise.reject(new DOMException("unknown", "NotSupportedError"));
const fallback = await median(() => verifyPack(data));
console.log(JSON.stringify({ first, ours, floor, fallback }));
"""


def main() -> int:
    data = sealed(attachments=pack.attach({"log_excerpt.txt": "checkout: 5xx\n" * 72_000}))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pack.zip").write_bytes(data)
        (folder / "times.ts").write_text(TIMES.replace("%s", str(ROOT)))
        bundle = (
            "node",
            ROOT / "node_modules/.bin/rolldown",
            folder / "times.ts",
            "--file",
            folder / "times.mjs",
        )
        plainly = ("--platform", "node", "--format", "esm", "--no-codeSplitting")
        subprocess.run((*bundle, *plainly), check=True, capture_output=True, timeout=60, cwd=ROOT)
        done = subprocess.run(
            ("node", folder / "times.mjs", folder / "pack.zip"), check=True, capture_output=True, timeout=120
        )
    took = json.loads(done.stdout)
    print(
        f"pack of {len(data):,} bytes: verified in {took['ours']:.1f} ms, floor {took['floor']:.1f} ms, "
        f"ratio {took['ours'] / took['floor']:.1f}; the first time {took['first']:.1f} ms; "
        f"without the browser's Ed25519 {took['fallback']:.1f} ms"
    )
    met = took["ours"] <= 50 and took["fallback"] <= 50
    print(f"figure ≤ 50 ms a pack, either way: {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
