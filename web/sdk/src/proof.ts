import { type Bytes, encode, hex, unbase64, unhex } from "./pack/bytes";
import { canonical } from "./pack/canonical";
import { verifies } from "./pack/ed25519";
import { type Checkpoint, readNote } from "./pack/note";
import { type Side, leafHash, nodeHash, sidesFor } from "./pack/tree";
import type { Proof } from "./types";

/** One step of a proof. */
export interface ProofStep {
  name: "leaf" | "path" | "checkpoint" | "signature";
  ok: boolean;
  sentence: string;
}

/**
 * Check, without asking anyone, that a record is in the log that the checkpoint signs: the leaf and the Merkle path
 * (RFC 6962 §2.1, RFC 9162 §2.1.3.2), the checkpoint (C2SP tlog-checkpoint) and its Ed25519 signature (C2SP signed-note).
 */
export async function checkProof(proof: Proof): Promise<ProofStep[]> {
  const leaf = hex(await leafHash(encode(canonical(proof.record))));
  const root = await climb(proof);
  const { checkpoint, signatures } = readNote(encode(proof.checkpoint));
  const same = root !== undefined && root === proof.root;
  return [
    step("leaf", leaf === proof.leaf_hash, "The record hashes to the leaf", "The record does not hash to the leaf"),
    step("path", same, "The leaf and its neighbours hash to the root", "The path does not lead to the root"),
    step(
      "checkpoint",
      hex(checkpoint.root) === proof.root && checkpoint.size === proof.tree_size,
      "The checkpoint names this root and size",
      "The checkpoint names another root or size",
    ),
    step(
      "signature",
      await signed(proof.public_key.x, checkpoint, signatures[0]?.value),
      "The key's signature is right",
      "The signature is not by this key",
    ),
  ];
}

/** The side on which each hash of the path joins, from the leaf upwards; undefined when the path does not fit the tree. */
export const sidesOf = ({ leaf_index, tree_size, hashes }: Proof): Side[] | undefined =>
  sidesFor(leaf_index, tree_size, hashes.length);

async function climb(proof: Proof): Promise<string | undefined> {
  const sides = sidesOf(proof);
  if (!sides) return undefined;
  let below = unhex(proof.leaf_hash);
  for (const [i, side] of sides.entries()) {
    const beside = unhex(proof.hashes[i] ?? "");
    below = side === "left" ? await nodeHash(beside, below) : await nodeHash(below, beside);
  }
  return hex(below);
}

async function signed(x: string, { text }: Checkpoint, signature: Bytes | undefined): Promise<boolean> {
  const padded = x.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat(-x.length & 3);
  return signature !== undefined && verifies(unbase64(padded, "the key"), signature, encode(text));
}

const step = (name: ProofStep["name"], ok: boolean, good: string, bad: string): ProofStep => ({
  name,
  ok,
  sentence: ok ? good : bad,
});
