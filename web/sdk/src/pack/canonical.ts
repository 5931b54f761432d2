import { type Bytes, decode as text, differAt, encode as utf8 } from "./bytes";

const MAX_DEPTH = 64;

/**
 * JSON in its one canonical form (RFC 8785): numbers and strings as ECMAScript writes them, names in UTF-16 order.
 * Throws for what has no exact form: integers beyond ±(2⁵³ − 1), text that is not Unicode, deep nesting.
 */
export function canonical(value: unknown): string {
  checkDepth(value);
  return write(value);
}

/** Read canonical JSON. Throws, naming `what`, when the bytes are anything else. */
export function decode(raw: Bytes, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text(raw));
  } catch (error) {
    throw new Error(`${what} is not JSON: ${messageOf(error)}`, { cause: error });
  }
  let exact: Bytes;
  try {
    exact = utf8(canonical(value));
  } catch (error) {
    throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
  }
  const at = differAt(exact, raw) ?? (exact.length === raw.length ? undefined : Math.min(exact.length, raw.length));
  if (at !== undefined) throw new Error(`${what} is JSON but not in canonical form (RFC 8785), first at byte ${at}`);
  return value;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (value === null || typeof value !== "object") return plain(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${plain(name)}:${write(item)}`).join(",")}}`;
}

function plain(value: unknown): string {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21)
    throw new Error(`the value has no canonical JSON form: ${value} is beyond 2⁵³ − 1`);
  if (typeof value === "string" && !value.isWellFormed())
    throw new Error("the value has no canonical JSON form: it holds text that is not Unicode");
  return JSON.stringify(value);
}

function checkDepth(value: unknown): void {
  let [layer, depth] = [[value].filter(nests), 0];
  while (layer.length > 0) {
    if (depth > MAX_DEPTH) throw new Error(`the value nests deeper than ${MAX_DEPTH} levels`);
    layer = layer.flatMap((item) => Object.values(item).filter(nests));
    depth++;
  }
}

const nests = (value: unknown): value is object => typeof value === "object" && value !== null;
