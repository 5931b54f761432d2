/** Bytes, and the few ways in which packs write them as text. */
export type Bytes = Uint8Array<ArrayBuffer>;

export const encode = (text: string): Bytes => new TextEncoder().encode(text);

/** Text of UTF-8 that has no mistake. Throws otherwise. */
export const decode = (raw: Bytes): string => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);

export const hex = (bytes: Bytes): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The bytes of an even number of hex digits; whoever calls it has looked at them. */
export const unhex = (text: string): Bytes =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

export function concat(...parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Where two sequences first differ; undefined when one begins with the other. */
export function differAt(a: Bytes, b: Bytes): number | undefined {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return undefined;
}

export const same = (a: Bytes, b: Bytes): boolean => a.length === b.length && differAt(a, b) === undefined;

export const base64 = (bytes: Bytes): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

export const base64url = (bytes: Bytes): string =>
  base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** Read base64 (RFC 4648 §4) in its one form. Throws, naming `what`, when it is anything else. */
export function unbase64(text: unknown, what: string): Bytes {
  let raw: Bytes;
  try {
    if (typeof text !== "string") throw new TypeError("it is no text");
    raw = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch (error) {
    throw new Error(`${what} is not base64: ${String(error)}`, { cause: error });
  }
  if (base64(raw) !== text) throw new Error(`${what} is not in the one form base64 gives it`);
  return raw;
}

/** SHA-256 of the parts one after the other; by WebCrypto where the page may use it. */
export async function sha256(...parts: Bytes[]): Promise<Bytes> {
  const whole = parts.length === 1 && parts[0] ? parts[0] : concat(...parts);
  // Browsers offer `subtle` to secure pages only; TypeScript does not know that.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle) return new Uint8Array(await subtle.digest("SHA-256", whole));
  return (await import("./fallback")).sha256(whole);
}
