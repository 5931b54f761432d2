import { encode, hex, sha256 } from "./pack/bytes";
import { canonical, decode, messageOf } from "./pack/canonical";
import type { VerifyKey } from "./pack/keys";
import { type Shape, wrong } from "./pack/shape";
import { envelopeSignedBy, readEnvelope } from "./pack/statement";
import type { Replay, ReplayedPart } from "./types";

/** What checking a frozen view found. Parts are named by their place in it, from 0. */
export interface FrozenProof {
  /** The data of these is exactly what a trusted key signed. */
  proven: Set<number>;
  /** These show data without a proof: only the server says that it is what was frozen. */
  unproven: Set<number>;
  /** What does not match its signature, in sentences; empty when all is well. */
  faults: string[];
  /** Thumbprints of the keys that signed. */
  signers: Set<string>;
}

interface Statement {
  subject: { name: "body" | "ground"; digest: { sha256: string } }[];
  predicate: Record<"view" | "tenant" | "environment" | "by" | "at" | "name" | "read", string> & {
    policy: string | null;
  };
}

const STATEMENT: Shape = {
  members: {
    _type: { oneOf: ["https://in-toto.io/Statement/v1"] },
    predicateType: { oneOf: ["https://companyos.dev/frozen-part/v1"] },
    subject: { list: { members: { name: { oneOf: ["body", "ground"] }, digest: { members: { sha256: "text" } } } } },
    predicate: {
      members: {
        ...({ view: "text", tenant: "text", environment: "text", by: "text", at: "text" } as const),
        ...({ name: "text", read: "text", policy: { maybe: "text" } } as const),
      },
    },
  },
};

/**
 * Check, without believing the server, that each part shown is what one of `keys` signed, for this view and this read.
 * Never rejects on bad input. It cannot say that nothing was left out: what is withheld is not there to be checked.
 */
export async function checkFrozen(replay: Replay, keys: VerifyKey[]): Promise<FrozenProof> {
  const proof: FrozenProof = { proven: new Set(), unproven: new Set(), faults: [], signers: new Set() };
  for (const [n, part] of replay.parts.entries()) {
    if (part.envelope === null) {
      if (part.body !== null) proof.unproven.add(n);
      continue;
    }
    try {
      proof.signers.add(await checkPart(replay, part, part.envelope, keys));
      proof.proven.add(n);
    } catch (error) {
      proof.faults.push(`${part.read}: ${messageOf(error)}.`);
    }
  }
  return proof;
}

/** Returns the thumbprint of the key that signed. Throws saying what does not match. */
async function checkPart(of: Replay, { read, body }: ReplayedPart, envelope: string, keys: VerifyKey[]) {
  const opened = readEnvelope(encode(envelope), "the proof");
  const signer = await envelopeSignedBy(opened, keys);
  const value = decode(opened.payload, "the statement");
  const fault = wrong(value, STATEMENT);
  if (fault) throw new Error(`it is not a statement about a frozen part: ${fault}`);
  const { subject, predicate: said } = value as Statement;
  const told = { view: of.view.id, environment: of.view.environment, by: of.view.by, name: of.name, read } as const;
  for (const name of ["view", "environment", "by", "name", "read"] as const)
    if (said[name] !== told[name]) throw new Error(`the signed ${name} is ${said[name]}, shown is ${told[name]}`);
  if (said.policy !== of.policy_then) throw new Error("it was signed under another policy than is shown");
  if (Date.parse(said.at) !== Date.parse(of.view.at)) throw new Error("it was signed for another time than is shown");
  const signed = subject.filter(({ name }) => name === "body").map(({ digest }) => digest.sha256);
  if (signed.join() !== hex(await sha256(encode(canonical(body))))) throw new Error("the data is not what was signed");
  return signer.kid;
}
