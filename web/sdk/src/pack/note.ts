/** Signed checkpoints: C2SP signed-note and tlog-checkpoint. */
import { type Bytes, concat, decode, encode, hex, same, sha256, unbase64 } from "./bytes";
import { messageOf } from "./canonical";
import { type VerifyKey, signs } from "./keys";

const MAX_SIZE = 64 * 1024;
const SPACE = "\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SIGNATURE = new RegExp(`^— ([^${SPACE}+]+) ([A-Za-z0-9+/]+={0,2})$`);

/** The state of one log, and `text`: exactly what is signed. */
export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
  text: string;
}

export interface NoteSignature {
  name: string;
  keyId: Bytes;
  value: Bytes;
}

export const originOf = (tenant: string): string => `companyos/${tenant}`;

/** Read a signed checkpoint without judging its signatures. Throws saying what is malformed. */
export function readNote(raw: Bytes): { checkpoint: Checkpoint; signatures: NoteSignature[] } {
  if (raw.length > MAX_SIZE) throw new Error(`the checkpoint is longer than ${MAX_SIZE} bytes`);
  let note: string;
  try {
    note = decode(raw);
  } catch (error) {
    throw new Error(`the checkpoint is not UTF-8: ${messageOf(error)}`, { cause: error });
  }
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.slice(end + 2).endsWith("\n"))
    throw new Error("the checkpoint has no signatures after an empty line");
  const checkpoint = body(note.slice(0, end).split("\n"));
  return {
    checkpoint,
    signatures: note
      .slice(end + 2, -1)
      .split("\n")
      .map(signatureLine),
  };
}

/** The key among `keys` that signed. Throws when none did, or when a line names a known key and does not verify. */
export async function noteSignedBy(
  { origin, text }: Checkpoint,
  signatures: NoteSignature[],
  keys: VerifyKey[],
): Promise<VerifyKey> {
  let signer: VerifyKey | undefined;
  for (const { name, keyId, value } of signatures) {
    for (const key of keys) {
      if (name !== origin || !same(keyId, await keyIdOf(origin, key))) continue;
      if (!(await signs(key, value, encode(text))))
        throw new Error(`the checkpoint's signature by key ${key.kid} does not match its text`);
      signer = key;
    }
  }
  if (signer) return signer;
  const named = signatures.map(({ name, keyId }) => `${name}+${hex(keyId)}`).join(", ");
  throw new Error(`the checkpoint is signed by ${named}, which is none of the known keys`);
}

/** The 4 bytes by which a note names a key: SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4]. */
const keyIdOf = async (name: string, key: VerifyKey) =>
  (await sha256(concat(encode(`${name}\n`), Uint8Array.of(1), key.raw))).slice(0, 4);

function body(lines: string[]): Checkpoint {
  const [origin = "", size = "", hash = ""] = lines;
  if (lines.length !== 3 || !origin)
    throw new Error(`the checkpoint's text has ${lines.length} lines, it must have origin, size and root`);
  if (!/^(0|[1-9][0-9]{0,17})$/.test(size))
    throw new Error(`the checkpoint's size ${JSON.stringify(size)} is not a plain decimal number`);
  const root = unbase64(hash, "the checkpoint's root hash");
  if (root.length !== 32) throw new Error(`the checkpoint's root hash has ${root.length} bytes, it must have 32`);
  if ([...origin].some((letter) => letter < " ")) throw new Error("the checkpoint's origin holds control characters");
  return { origin, size: Number(size), root, text: `${lines.join("\n")}\n` };
}

function signatureLine(line: string): NoteSignature {
  const [, name = "", blob = ""] = SIGNATURE.exec(line) ?? [];
  if (!name) throw new Error(`${JSON.stringify(line.slice(0, 120))} is not a signature line`);
  const raw = unbase64(blob, "the checkpoint's signature");
  if (raw.length < 5) throw new Error("the checkpoint's signature is too short to name a key");
  return { name, keyId: raw.slice(0, 4), value: raw.slice(4) };
}
