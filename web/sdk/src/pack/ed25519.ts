import type { Bytes } from "./bytes";

/** Whether an Ed25519 signature (RFC 8032) is this key's over the message. By WebCrypto, else in JavaScript. */
export async function verifies(key: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  const known = await subtle?.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]).catch(unknown);
  if (subtle && known) return subtle.verify({ name: "Ed25519" }, known, signature, message);
  const { verify } = await import("./fallback");
  return verify(signature, message, key);
}

/** A browser that does not know Ed25519 says NotSupportedError; one that refuses this key leaves it to the other way. */
function unknown(error: unknown): undefined {
  if (error instanceof DOMException) return undefined;
  throw error;
}
