import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";
import { type Proof, checkProof } from "../src/index";
import { canonical } from "../src/pack/canonical";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const hash = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
const leafOf = (record: unknown) => hash(Buffer.of(0), Buffer.from(canonical(record)));
const join = (left: Buffer, right: Buffer) => hash(Buffer.of(1), left, right);

/** The Merkle tree hash and the path to one leaf, as RFC 6962 §2.1 defines them. */
function tree(leaves: Buffer[], at: number): { root: Buffer; path: Buffer[] } {
  const [only] = leaves;
  if (leaves.length === 1 && only) return { root: only, path: [] };
  const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  const near = at < half ? tree(left, at) : tree(right, at - half);
  const far = at < half ? tree(right, 0).root : tree(left, 0).root;
  return { root: at < half ? join(near.root, far) : join(far, near.root), path: [...near.path, far] };
}

function prove(size: number, at: number): Proof {
  const records = Array.from({ length: size }, (_, i) => ({
    action: "act",
    at: i,
    ü: null,
    detail: { b: 1.5, a: ["x"] },
  }));
  const leaves = records.map(leafOf);
  const { root, path } = tree(leaves, at);
  const text = `companyos/t\n${size}\n${root.toString("base64")}\n`;
  const signature = Buffer.concat([Buffer.of(1, 2, 3, 4), sign(null, Buffer.from(text), privateKey)]);
  return {
    record: records[at] ?? {},
    leaf_index: at,
    tree_size: size,
    leaf_hash: leaves[at]?.toString("hex") ?? "",
    root: root.toString("hex"),
    hashes: path.map((one) => one.toString("hex")),
    checkpoint: `${text}\n— companyos/t ${signature.toString("base64")}\n`,
    public_key: { x: publicKey.export({ format: "jwk" }).x },
  } as unknown as Proof;
}
const judged = async (proof: Proof) => (await checkProof(proof)).filter(({ ok }) => !ok).map(({ name }) => name);

test("every leaf of every small tree is proved", async () => {
  for (let size = 1; size <= 9; size++)
    for (let at = 0; at < size; at++) expect(await judged(prove(size, at)), `${at} of ${size}`).toEqual([]);
});

test.each<[string, (proof: Proof) => Partial<Proof>, string[]]>([
  ["record", () => ({ record: { action: "another" } }), ["leaf"]],
  ["place", () => ({ leaf_index: 4 }), ["path"]],
  ["neighbour", ({ hashes, leaf_hash }) => ({ hashes: [leaf_hash, ...hashes.slice(1)] }), ["path"]],
  ["path that is too short", ({ hashes }) => ({ hashes: hashes.slice(1) }), ["path"]],
  ["root", ({ leaf_hash }) => ({ root: leaf_hash }), ["path", "checkpoint"]],
  ["size", () => ({ tree_size: 8 }), ["checkpoint"]],
  ["checkpoint", ({ checkpoint }) => ({ checkpoint: checkpoint.replace("/t\n", "/u\n") }), ["signature"]],
])("another %s is noticed where it is", async (_, change, wrong) => {
  const proof = prove(7, 5);
  expect(await judged({ ...proof, ...change(proof) })).toEqual(wrong);
});
