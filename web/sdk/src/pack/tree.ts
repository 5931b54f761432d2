import { type Bytes, sha256 } from "./bytes";

/** The hash of one entry (RFC 6962 §2.1): SHA-256(0x00 ‖ entry). */
export const leafHash = (entry: Bytes): Promise<Bytes> => sha256(Uint8Array.of(0), entry);

/** The hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
export const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(Uint8Array.of(1), left, right);

export type Side = "left" | "right";

/**
 * The side on which each hash of an inclusion proof joins, from the leaf upwards (RFC 9162 §2.1.3.2);
 * undefined when a path of this length does not fit the tree. Sizes may go beyond 2³¹: no bit operations.
 */
export function sidesFor(index: number, size: number, hashes: number): Side[] | undefined {
  if (!(index >= 0 && index < size)) return undefined;
  let [at, last] = [index, size - 1];
  const sides: Side[] = [];
  for (let i = 0; i < hashes; i++) {
    if (last === 0) return undefined;
    const left = at % 2 === 1 || at === last;
    sides.push(left ? "left" : "right");
    while (left && at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? sides : undefined;
}

/** The root that an inclusion proof leads to. Throws when the proof is not as long as index and size ask for. */
export async function rootFromInclusion(leaf: Bytes, index: number, size: number, proof: Bytes[]): Promise<Bytes> {
  if (!(index >= 0 && index < size)) throw new Error(`leaf ${index} is not in a tree of ${size} leaves`);
  const sides = sidesFor(index, size, proof.length);
  if (!sides)
    throw new Error(
      `the proof for leaf ${index} of ${size} has ${proof.length} hashes, it must have ${pathLength(index, size)}`,
    );
  let root = leaf;
  for (const [i, side] of sides.entries()) {
    const beside = proof[i] ?? leaf;
    root = side === "left" ? await nodeHash(beside, root) : await nodeHash(root, beside);
  }
  return root;
}

/** How many hashes prove a leaf: one for each division of the tree on the way to it. */
function pathLength(index: number, size: number): number {
  let [begin, end, length] = [0, size, 0];
  while (end - begin > 1) {
    let half = 1;
    while (half * 2 < end - begin) half *= 2;
    if (index < begin + half) end = begin + half;
    else begin += half;
    length++;
  }
  return length;
}
