import type { Proof } from "./types";

/** One step of a proof; `ok` is undefined when this program cannot judge it. */
export interface ProofStep {
  name: "leaf" | "path" | "checkpoint" | "signature";
  ok: boolean | undefined;
  sentence: string;
}

/**
 * Check, without asking anyone, that a record is in the log that the checkpoint signs: the leaf and the Merkle path
 * (RFC 6962 §2.1, RFC 9162 §2.1.3.2), the checkpoint (C2SP tlog-checkpoint) and its Ed25519 signature (C2SP signed-note).
 */
export async function checkProof(proof: Proof): Promise<ProofStep[]> {
  const leaf = hex(await hashOf(Uint8Array.of(0), encode(canonical(proof.record))));
  const root = await climb(proof);
  const { size, root: signed, text, signature } = readNote(proof.checkpoint);
  const verified = await signs(proof.public_key.x, signature, text);
  const same = root !== undefined && root === proof.root;
  return [
    step("leaf", leaf === proof.leaf_hash, "The record hashes to the leaf", "The record does not hash to the leaf"),
    step("path", same, "The leaf and its neighbours hash to the root", "The path does not lead to the root"),
    step(
      "checkpoint",
      signed === proof.root && size === String(proof.tree_size),
      "The checkpoint names this root and size",
      "The checkpoint names another root or size",
    ),
    verified === undefined
      ? { name: "signature", ok: undefined, sentence: "This browser does not know Ed25519: use companyos audit verify" }
      : step("signature", verified, "The key's signature is right", "The signature is not by this key"),
  ];
}

/** The side on which each hash of the path joins, from the leaf upwards; undefined when the path does not fit the tree. */
export function sidesOf({ leaf_index, tree_size, hashes }: Proof): ("left" | "right")[] | undefined {
  let [at, last] = [leaf_index, tree_size - 1];
  const sides: ("left" | "right")[] = [];
  for (let i = 0; i < hashes.length; i++) {
    if (last === 0) return undefined;
    const left = at % 2 === 1 || at === last;
    sides.push(left ? "left" : "right");
    while (left && at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? sides : undefined;
}

async function climb(proof: Proof): Promise<string | undefined> {
  const sides = sidesOf(proof);
  if (!sides) return undefined;
  let below = unhex(proof.leaf_hash);
  for (const [i, side] of sides.entries()) {
    const beside = unhex(proof.hashes[i] ?? "");
    below = await hashOf(Uint8Array.of(1), ...(side === "left" ? [beside, below] : [below, beside]));
  }
  return hex(below);
}

/** JSON in its one canonical form (RFC 8785): numbers and strings as ECMAScript writes them, names in UTF-16 order. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(",")}}`;
}

function readNote(note: string): { size: string; root: string; text: string; signature: Uint8Array<ArrayBuffer> } {
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const [, size = "", root = ""] = text.split("\n");
  const blob =
    note
      .slice(end + 2)
      .split(" ")[2]
      ?.trim() ?? "";
  return { size, root: hex(unbase64(root)), text, signature: unbase64(blob).slice(4) }; // after the 4-byte key id
}

async function signs(x: string, signature: Uint8Array<ArrayBuffer>, text: string): Promise<boolean | undefined> {
  const key = await crypto.subtle
    .importKey("jwk", { kty: "OKP", crv: "Ed25519", x }, { name: "Ed25519" }, false, ["verify"])
    .catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotSupportedError") return undefined;
      throw error;
    });
  return key && crypto.subtle.verify({ name: "Ed25519" }, key, signature, encode(text));
}

const step = (name: ProofStep["name"], ok: boolean, good: string, bad: string): ProofStep => ({
  name,
  ok,
  sentence: ok ? good : bad,
});

type Bytes = Uint8Array<ArrayBuffer>;
const encode = (text: string) => new TextEncoder().encode(text);
const hex = (bytes: Bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const unbase64 = (text: string): Bytes => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

async function hashOf(...parts: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
}
