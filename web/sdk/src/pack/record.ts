import type { Bytes } from "./bytes";
import { decode } from "./canonical";
import { type JsonObject, type Shape, wrong } from "./shape";

/** One audit record, exactly as it is hashed. */
export interface Entry {
  id: string;
  tenant: string;
  environment: string;
  at: string;
  actor: string;
  action: string;
  subject: string;
  outcome: "done" | "denied" | "failed";
  detail: JsonObject;
  request: string;
  trace: string;
  decision: { id: string; sha256: string } | null;
}

const ENTRY: Shape = {
  members: {
    ...({ id: "text", tenant: "text", environment: "text", at: "text", actor: "text", action: "text" } as const),
    ...({ subject: "text", detail: "object", request: "text", trace: "text" } as const),
    outcome: { oneOf: ["done", "denied", "failed"] },
    decision: { maybe: { members: { id: "text", sha256: "text" } } },
    v: { oneOf: [1] },
  },
};

/** Read a record. Throws saying what is not as a record is written. */
export function readEntry(raw: Bytes, what: string): Entry {
  const value = decode(raw, what);
  const fault = wrong(value, ENTRY);
  if (fault) throw new Error(`${what} is not an audit record: ${fault}`);
  return value as Entry;
}
