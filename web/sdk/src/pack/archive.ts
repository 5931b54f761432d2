/**
 * The container of a pack: a zip that can be written in one way only (PKWARE APPNOTE 4.3). Entries are stored, sorted
 * by name, dated 1980-01-01; whatever is written otherwise is refused, so nothing hides between the entries.
 */
import { type Bytes, concat, differAt, encode } from "./bytes";

export const MAX_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 256;
const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;
const LOCAL = 30;
const CENTRAL = 46;
const END = 22;
const VERSION = 20;
const UNIX = 3 << 8;
const DATE = 0x21;
const MODE = 0o100644 * 0x10000;

export type Files = Map<string, Bytes>;

/** The files of an archive. Throws saying where it stops being one that a ledger could have made. */
export function read(data: Bytes): Files {
  if (data.length > MAX_BYTES) throw new Error(`the file has ${data.length} bytes; packs have at most ${MAX_BYTES}`);
  if (!marked(data, 0)) throw new Error("the file is not a zip archive, or an empty one");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const files: Files = new Map();
  let at = 0;
  while (marked(data, at)) {
    if (data.length < at + LOCAL) throw new Error(`the archive ends within the header at byte ${at}`);
    const [flags, method] = [view.getUint16(at + 6, true), view.getUint16(at + 8, true)];
    const [packed, size] = [view.getUint32(at + 18, true), view.getUint32(at + 22, true)];
    const [nameLength, extra] = [view.getUint16(at + 26, true), view.getUint16(at + 28, true)];
    let begin = at + LOCAL;
    const name = Array.from(data.subarray(begin, begin + nameLength), (byte) => String.fromCharCode(byte)).join("");
    if (!NAME.test(name) || name.endsWith("\n"))
      throw new Error(
        `the entry at byte ${at} has the name ${JSON.stringify(name.slice(0, 100))}, which no file of a pack has`,
      );
    if (flags || method || extra || packed !== size)
      throw new Error(`${name} is compressed, encrypted or has extra fields; packs store files plainly`);
    if (files.has(name)) throw new Error(`the archive holds ${name} twice`);
    begin += nameLength;
    if (data.length < begin + size)
      throw new Error(`${name} should have ${size} bytes; the archive ends ${begin + size - data.length} bytes early`);
    if (files.size === MAX_FILES) throw new Error(`the archive holds more than ${MAX_FILES} files`);
    files.set(name, data.slice(begin, begin + size));
    at = begin + size;
  }
  return files;
}

/** Where the archive differs from the one way to write these files; undefined when it does not. */
export function difference(files: Files, data: Bytes): string | undefined {
  const exact = write(files);
  const at = differAt(exact, data);
  if (at !== undefined) return `byte ${at} is ${byte(data[at])}, expected ${byte(exact[at])}`;
  return exact.length === data.length ? undefined : `it has ${data.length} bytes, expected ${exact.length}`;
}

function write(files: Files): Bytes {
  const [body, directory]: [Bytes[], Bytes[]] = [[], []];
  let offset = 0;
  for (const [name, content] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const raw = encode(name);
    const facts: Field[] = [
      ...([VERSION, 0, 0, 0, DATE] as const).map((value): Field => [2, value]),
      ...([crc32(content), content.length, content.length] as const).map((value): Field => [4, value]),
      [2, raw.length],
      [2, 0],
    ];
    const comment: Field[] = [
      [2, 0],
      [2, 0],
      [2, 0],
      [4, MODE],
      [4, offset],
    ];
    const local = concat(record(LOCAL, 0x04034b50, facts), raw, content);
    directory.push(record(CENTRAL, 0x02014b50, [[2, UNIX | VERSION], ...facts, ...comment]), raw);
    body.push(local);
    offset += local.length;
  }
  const listed = concat(...directory);
  const count: Field[] = [
    [2, 0],
    [2, 0],
    [2, files.size],
    [2, files.size],
  ];
  return concat(...body, listed, record(END, 0x06054b50, [...count, [4, listed.length], [4, offset], [2, 0]]));
}

/** A little-endian number of 2 or 4 bytes. */
type Field = readonly [bytes: 2 | 4, value: number];

function record(size: number, mark: number, fields: Field[]): Bytes {
  const raw = new Uint8Array(size);
  const view = new DataView(raw.buffer);
  view.setUint32(0, mark, true);
  let at = 4;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return raw;
}

const CRC = Uint32Array.from({ length: 256 }, (_, i) => {
  let value = i;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** The checksum of zip (ISO 3309); it protects nothing, but the archive states it. */
function crc32(content: Bytes): number {
  let value = 0xffffffff;
  const length = content.length; // counted, because iterating over a megabyte of bytes takes ten times as long
  for (let i = 0; i < length; i++) value = (CRC[(value ^ (content[i] as number)) & 0xff] as number) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

const marked = (data: Bytes, at: number) =>
  data[at] === 0x50 && data[at + 1] === 0x4b && data[at + 2] === 3 && data[at + 3] === 4;
const byte = (value: number | undefined) => `0x${(value ?? 0).toString(16).padStart(2, "0")}`;
