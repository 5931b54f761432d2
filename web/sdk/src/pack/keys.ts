import { type Bytes, base64url, encode, sha256, unbase64 } from "./bytes";
import { canonical, decode } from "./canonical";
import { verifies } from "./ed25519";
import { type JsonObject, isObject } from "./shape";

/** One public key of a ledger: 32 bytes of Ed25519, its RFC 7638 thumbprint, and when it signed if that is known. */
export interface VerifyKey {
  raw: Bytes;
  kid: string;
  since: string | null;
  until: string | null;
}

export const signs = (key: VerifyKey, signature: Bytes, message: Bytes): Promise<boolean> =>
  verifies(key.raw, signature, message);

/** Read the JWK set of a pack. Throws naming the member that is wrong. */
export async function readSet(raw: Bytes, what: string): Promise<VerifyKey[]> {
  const value = decode(raw, what);
  const members = isObject(value) ? value["keys"] : undefined;
  if (!Array.isArray(members) || members.length === 0 || members.length > 1000)
    throw new Error(`${what} must be an object whose \`keys\` lists at least one key`);
  const keys: VerifyKey[] = [];
  for (const [number, jwk] of members.entries()) {
    if (!isObject(jwk)) throw new Error(`${what}: key ${number} is not an object`);
    const key = await ofJwk(jwk, `${what}: key ${number}`);
    if (canonical(jwkOf(key)) !== canonical(jwk))
      throw new Error(`${what}: key ${number} has members that do not describe key ${key.kid}`);
    keys.push(key);
  }
  return keys;
}

/**
 * The keys that a person trusts, as text: JWK or JWK set, note key (name+id+base64), or base64 of 32 bytes.
 * Throws when it is none of them.
 */
export async function readPinned(text: string): Promise<VerifyKey[]> {
  const given = text.trim();
  if (given.startsWith("{")) {
    const value: unknown = JSON.parse(given);
    const members = isObject(value) && Array.isArray(value["keys"]) ? value["keys"] : [value];
    return Promise.all(members.map((jwk) => ofJwk(isObject(jwk) ? jwk : {}, "the key that you gave")));
  }
  const named = /^[^\s+]+\+[0-9a-f]{8}\+([A-Za-z0-9+/=]+)$/.exec(given)?.[1];
  const encoded = (named ?? given).replaceAll("-", "+").replaceAll("_", "/").replaceAll("=", "");
  const raw = unbase64(encoded + "=".repeat(-encoded.length & 3), "the key that you gave");
  const bytes = named !== undefined || raw.length === 33 ? raw.slice(1) : raw; // the byte before says Ed25519
  if (bytes.length !== 32)
    throw new Error(
      "the key is not an Ed25519 public key: give a JWK, a note key (name+id+base64) or base64 of 32 bytes",
    );
  return [await keyOf(bytes, null, null)];
}

async function ofJwk(jwk: JsonObject, what: string): Promise<VerifyKey> {
  const { kty, crv, x } = jwk;
  if (kty !== "OKP" || crv !== "Ed25519" || typeof x !== "string")
    throw new Error(`${what}: the key is not an Ed25519 JWK (kty OKP, crv Ed25519, x)`);
  const padded = x.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat(-x.length & 3);
  const raw = unbase64(padded, `${what}: the key's x`);
  if (raw.length !== 32 || base64url(raw) !== x)
    throw new Error(`${what}: the key's x is not 32 bytes in unpadded base64url`);
  return keyOf(raw, jwk["valid_from"], jwk["valid_until"]);
}

async function keyOf(raw: Bytes, since: unknown, until: unknown): Promise<VerifyKey> {
  const thumbprint = await sha256(encode(canonical({ crv: "Ed25519", kty: "OKP", x: base64url(raw) })));
  return { raw, kid: base64url(thumbprint), since: textOrNull(since), until: textOrNull(until) };
}

const jwkOf = ({ raw, kid, since, until }: VerifyKey): JsonObject => ({
  kty: "OKP",
  crv: "Ed25519",
  alg: "EdDSA",
  use: "sig",
  x: base64url(raw),
  kid,
  valid_from: since,
  valid_until: until,
});

const textOrNull = (value: unknown) => (typeof value === "string" ? value : null);
