/** The same cryptography in JavaScript, loaded only where the browser has none of its own. */
import * as ed25519 from "@noble/ed25519";
import { sha256 as hash256, sha512 } from "@noble/hashes/sha2.js";
import type { Bytes } from "./bytes";

ed25519.hashes.sha512 = (message) => sha512(message);

export const sha256 = (whole: Bytes): Bytes => Uint8Array.from(hash256(whole));

/** RFC 8032 §5.1.7, strict as WebCrypto is. */
export const verify = (signature: Bytes, message: Bytes, key: Bytes): boolean =>
  signature.length === 64 && ed25519.verify(signature, message, key, { zip215: false });
