/** The DSSE envelope (secure-systems-lab/dsse v1) of a pack and the in-toto Statement v1 in it. */
import { type Bytes, concat, encode, unbase64 } from "./bytes";
import { decode } from "./canonical";
import { type VerifyKey, signs } from "./keys";
import { type Shape, isObject, wrong } from "./shape";

const PAYLOAD_TYPE = "application/vnd.in-toto+json";

export interface Envelope {
  payload: Bytes;
  signatures: { kid: string; value: Bytes }[];
}

/** What a pack says of itself: every other file by hash and size, and which record it is about. */
export interface Statement {
  subject: { name: string; digest: { sha256: string } }[];
  predicate: {
    pack: string;
    title: string;
    tenant: string;
    action: string;
    requested_at: string;
    place: { record: string; leaf_hash: string; leaf_index: number; origin: string; tree_size: number };
    sizes: Record<string, number>;
  };
}

const PLACE = { record: "text", leaf_hash: "text", leaf_index: "whole", origin: "text", tree_size: "whole" } as const;
const STATEMENT: Shape = {
  members: {
    _type: { oneOf: ["https://in-toto.io/Statement/v1"] },
    predicateType: { oneOf: ["https://companyos.dev/evidence/v1"] },
    subject: { list: { members: { name: "text", digest: { members: { sha256: "text" } } } } },
    predicate: {
      members: {
        ...({ pack: "text", title: "text", tenant: "text", action: "text", requested_at: "text" } as const),
        place: { members: PLACE },
        sizes: { each: "whole" },
      },
    },
  },
};

/** Read an envelope without judging its signatures. Throws saying what is malformed. */
export function readEnvelope(raw: Bytes, what: string): Envelope {
  const value = decode(raw, what);
  const names = isObject(value) ? Object.keys(value).toSorted().join() : "";
  if (!isObject(value) || names !== "payload,payloadType,signatures")
    throw new Error(`${what} is not a DSSE envelope (payload, payloadType, signatures)`);
  if (value["payloadType"] !== PAYLOAD_TYPE)
    throw new Error(`${what} has the payload type ${JSON.stringify(value["payloadType"])}, expected ${PAYLOAD_TYPE}`);
  const listed: unknown = value["signatures"];
  if (!Array.isArray(listed) || listed.length < 1 || listed.length > 16)
    throw new Error(`${what} must list between 1 and 16 signatures`);
  const signatures = listed.map((item: unknown, number) => {
    const kid = isObject(item) && Object.keys(item).toSorted().join() === "keyid,sig" ? item["keyid"] : undefined;
    if (!isObject(item) || typeof kid !== "string")
      throw new Error(`${what}: signature ${number} must have keyid and sig`);
    return { kid, value: unbase64(item["sig"], `${what}: signature ${number}`) };
  });
  return { payload: unbase64(value["payload"], `${what}: the payload`), signatures };
}

/** The key among `keys` that signed. Throws when none did or one that is named did not. */
export async function envelopeSignedBy({ payload, signatures }: Envelope, keys: VerifyKey[]): Promise<VerifyKey> {
  let signer: VerifyKey | undefined;
  for (const { kid, value } of signatures) {
    const key = keys.find((one) => one.kid === kid);
    if (!key)
      throw new Error(`the statement names key ${JSON.stringify(kid.slice(0, 80))}, which is none of the known keys`);
    if (!(await signs(key, value, pae(payload))))
      throw new Error(`the statement's signature by key ${kid} does not match its payload`);
    signer = key;
  }
  if (!signer) throw new Error("the statement carries no signature");
  return signer;
}

/** Read a statement. Throws saying what is not as our statements are written. */
export function readStatement(raw: Bytes, what: string): Statement {
  const value = decode(raw, what);
  const fault = wrong(value, STATEMENT);
  if (fault) throw new Error(`${what} is not an evidence statement: ${fault}`);
  return value as Statement;
}

/** What is signed: the pre-authentication encoding of type and payload. */
const pae = (payload: Bytes) =>
  concat(encode(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload);
