/** Judges packs for the tests of the evidence spine: base64 lines in, one JSON list of findings for each out. */
import { createInterface } from "node:readline";
import { readPinned, verifyPack } from "../src/pack";

if (process.env["WITHOUT_ED25519"])
  crypto.subtle.importKey = () => Promise.reject(new DOMException("Ed25519 is unknown", "NotSupportedError"));

const trusted = process.argv[2] === undefined ? undefined : await readPinned(process.argv[2]);
for await (const line of createInterface({ input: process.stdin })) {
  const { findings, signer } = await verifyPack(Uint8Array.from(Buffer.from(line, "base64")), trusted);
  process.stdout.write(`${JSON.stringify({ findings, signer: signer?.kid ?? null })}\n`);
}
