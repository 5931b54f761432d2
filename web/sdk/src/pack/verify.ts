/**
 * Verify an evidence pack with nothing but its bytes, and keys that the reader trusts if there are any: no server.
 *
 * Every check runs that can run, each says exactly what is wrong; docs/reference/evidence-pack.md describes them. A pack
 * without findings is whole: not one byte of it differs from what was signed. Without trusted keys that says only that
 * whoever held the keys in the pack wrote it.
 */
import { type Files, difference, read as readArchive } from "./archive";
import { type Bytes, hex, sha256, unhex } from "./bytes";
import { decode, messageOf } from "./canonical";
import { type VerifyKey, readSet } from "./keys";
import { type Checkpoint, noteSignedBy, originOf, readNote } from "./note";
import { type Entry, readEntry } from "./record";
import { type JsonObject, type Shape, isObject, wrong } from "./shape";
import { type Statement, envelopeSignedBy, readEnvelope, readStatement } from "./statement";
import { leafHash, rootFromInclusion } from "./tree";

export const [STATEMENT, RECORD, DECISION] = ["statement.dsse.json", "record.json", "decision.json"] as const;
export const [PROOF, CHECKPOINT, KEYS] = ["proof.json", "checkpoint.txt", "keys.json"] as const;
const [ELEVATION, PLAN] = ["elevation.json", "plan.json"] as const;
const REQUIRED: readonly string[] = [STATEMENT, RECORD, PROOF, CHECKPOINT, KEYS];

/** One thing that is wrong: a stable code, the file it is about ("pack" for the archive), and a sentence. */
export interface Finding {
  code: string;
  where: string;
  sentence: string;
}

/** That a leaf is in the tree of this size and root; hashes in lower-case hex, from the leaf upwards. */
export interface Inclusion {
  leaf_index: number;
  tree_size: number;
  leaf_hash: string;
  root: string;
  hashes: string[];
}

/** What verification found. `findings` is empty when the pack is whole; the rest is what could be read, also if not. */
export interface PackReport {
  findings: Finding[];
  files: Files;
  /** SHA-256 of each file, in hex. */
  hashes: Map<string, string>;
  statement?: Statement;
  record?: Entry;
  checkpoint?: Checkpoint;
  proof?: Inclusion;
  decision?: JsonObject;
  /** Whose signature on the statement verified. */
  signer?: VerifyKey;
  /** The keys that the pack itself brings; they prove nothing about who made it. */
  claimed: VerifyKey[];
  /** Whether only keys counted that the reader trusts. */
  pinned: boolean;
}

/** Verify a pack's bytes. With `trusted` keys only signatures by these count. Never rejects on bad input. */
export async function verifyPack(data: Bytes, trusted?: VerifyKey[]): Promise<PackReport> {
  const report: PackReport = {
    findings: [],
    files: new Map(),
    hashes: new Map(),
    claimed: [],
    pinned: trusted !== undefined,
  };
  if (!(await attempt(report, "archive", "pack", () => (report.files = readArchive(data))))) return report;
  const { files } = report;
  for (const [name, content] of files) report.hashes.set(name, hex(await sha256(content)));
  for (const name of REQUIRED)
    if (!files.has(name)) find(report, "file_missing", name, `${name} is missing from the pack`);
  await attempt(report, "keys", KEYS, async (raw) => (report.claimed = await readSet(raw, KEYS)));
  const keys = trusted ?? report.claimed;
  await checkStatement(report, keys);
  await attempt(report, "record", RECORD, (raw) => (report.record = readEntry(raw, RECORD)));
  await checkCheckpoint(report, keys);
  await checkProof(report);
  checkDecision(report);
  await attempt(report, "elevation", ELEVATION, (raw) => checkElevation(report, decode(raw, ELEVATION)));
  await checkAgreement(report);
  const around = report.findings.length === 0 ? difference(files, data) : undefined;
  if (around) find(report, "archive", "pack", `the archive around the files was changed: ${around}`);
  return report;
}

async function checkStatement(report: PackReport, keys: VerifyKey[]): Promise<void> {
  await attempt(report, "statement", STATEMENT, async (raw) => {
    const envelope = readEnvelope(raw, STATEMENT);
    await attempt(report, "signature", STATEMENT, async () => {
      report.signer = await envelopeSignedBy(envelope, keys);
    });
    report.statement = readStatement(envelope.payload, "the statement");
    checkSubjects(report, report.statement);
  });
}

function checkSubjects(report: PackReport, { subject, predicate }: Statement): void {
  const promised = new Map(subject.map(({ name, digest }) => [name, digest.sha256]));
  for (const [name, expected] of promised) {
    const actual = report.hashes.get(name);
    if (actual === undefined) {
      if (!REQUIRED.includes(name))
        find(report, "file_missing", name, `${name} is missing; the statement names it with sha256 ${expected}`);
    } else if (actual !== expected)
      find(report, "file_changed", name, `${name} has sha256 ${actual}, the statement says ${expected}`);
  }
  for (const name of [...report.files.keys()].toSorted())
    if (!promised.has(name) && name !== STATEMENT)
      find(report, "file_extra", name, `${name} is in the pack but not in the statement`);
  const sized = Object.keys(predicate.sizes);
  if (promised.size !== subject.length || sized.length !== promised.size || !sized.every((name) => promised.has(name)))
    find(report, "statement", STATEMENT, "the statement lists its files twice or not alike");
  for (const [name, content] of report.files) {
    const told = Object.hasOwn(predicate.sizes, name) && promised.has(name) ? predicate.sizes[name] : undefined;
    if (told !== undefined && told !== content.length)
      find(report, "file_changed", name, `${name} has ${content.length} bytes, the statement says ${told}`);
  }
}

async function checkCheckpoint(report: PackReport, keys: VerifyKey[]): Promise<void> {
  await attempt(report, "checkpoint", CHECKPOINT, async (raw) => {
    const { checkpoint, signatures } = readNote(raw);
    report.checkpoint = checkpoint;
    await attempt(report, "signature", CHECKPOINT, () => noteSignedBy(checkpoint, signatures, keys));
    const origin = report.record && originOf(report.record.tenant);
    if (origin !== undefined && checkpoint.origin !== origin)
      throw new Error(`the checkpoint is of ${checkpoint.origin}, the record belongs to ${origin}`);
  });
}

const INCLUSION: Shape = {
  members: { leaf_index: "whole", tree_size: "whole", leaf_hash: "text", root: "text", hashes: { list: "text" } },
};

async function checkProof(report: PackReport): Promise<void> {
  const read = await attempt(report, "proof", PROOF, (raw) => (report.proof = readInclusion(raw)));
  const [{ proof, checkpoint }, entry] = [report, report.files.get(RECORD)];
  if (!read || !proof || !checkpoint || !entry) return;
  const leaf = await leafHash(entry);
  const [here, signed] = [`${proof.tree_size} leaves with root ${proof.root}`, hex(checkpoint.root)];
  if (proof.leaf_hash !== hex(leaf))
    find(report, "proof", RECORD, `${RECORD} has the leaf hash ${hex(leaf)}, the proof is of ${proof.leaf_hash}`);
  if (proof.tree_size !== checkpoint.size || proof.root !== signed) {
    const told = `the checkpoint has ${checkpoint.size} leaves with root ${signed}`;
    find(report, "proof", PROOF, `the proof is for ${here}, ${told}`);
  }
  await attempt(report, "proof", PROOF, async () => {
    const root = hex(await rootFromInclusion(leaf, proof.leaf_index, proof.tree_size, proof.hashes.map(unhex)));
    if (root === signed) return;
    const sentence = `${RECORD} is not in the tree: its proof leads to root ${root}, the checkpoint says ${signed}`;
    find(report, "not_included", PROOF, sentence);
  });
}

function readInclusion(raw: Bytes): Inclusion {
  const value = decode(raw, PROOF);
  const fault = wrong(value, INCLUSION);
  if (fault) throw new Error(`${PROOF} cannot be read: ${fault}`);
  const proof = value as Inclusion;
  if (!proof.hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash)))
    throw new Error(`${PROOF} cannot be read: its hashes are not 32 bytes in lower-case hex`);
  return proof;
}

function checkDecision(report: PackReport): void {
  const [{ record }, raw] = [report, report.files.get(DECISION)];
  if (!record) return;
  const link = record.decision;
  const fault = (sentence: string) => find(report, raw ? "decision" : "file_missing", DECISION, sentence);
  if (!raw) {
    if (link) fault(`${DECISION} is missing; the record was made under ${link.id}`);
    return;
  }
  if (!link) return fault(`the record was made under no decision, yet there is ${DECISION}`);
  const actual = report.hashes.get(DECISION);
  if (actual !== link.sha256) fault(`${DECISION} has sha256 ${actual}, the record was made under ${link.sha256}`);
  try {
    const decision = decode(raw, DECISION);
    if (isObject(decision)) report.decision = decision;
  } catch (error) {
    return fault(messageOf(error));
  }
  const allowed = report.decision?.["allowed"];
  if (allowed !== (record.outcome !== "denied"))
    fault(`the decision says allowed = ${String(allowed ?? "none")}, the record says ${record.outcome}`);
}

/** What was done must be what was approved: the plan's hash is that of the plan beside it. */
function checkElevation(report: PackReport, elevation: unknown): void {
  const approved = isObject(elevation) ? elevation["plan"] : undefined;
  const actual = report.hashes.get(PLAN);
  if (typeof approved === "string" && approved && actual !== undefined && actual !== approved)
    find(
      report,
      "elevation",
      PLAN,
      `${PLAN} has sha256 ${actual}, the elevation was approved for the plan ${approved}`,
    );
}

/** The statement must speak of the record and the checkpoint that lie beside it. */
async function checkAgreement(report: PackReport): Promise<void> {
  const { statement, record, checkpoint, proof } = report;
  const entry = report.files.get(RECORD);
  if (!statement || !record || !checkpoint || !entry) return;
  const { place, tenant, action } = statement.predicate;
  const fault = (sentence: string) => find(report, "statement", STATEMENT, sentence);
  for (const [name, told, is] of [
    ["tenant", tenant, record.tenant],
    ["action", action, record.action],
    ["id", place.record, record.id],
    ["leaf hash", place.leaf_hash, hex(await leafHash(entry))],
    ["origin", place.origin, checkpoint.origin],
  ])
    if (told !== is) fault(`the statement gives the record's ${name} as ${told}, it is ${is}`);
  if (place.tree_size !== checkpoint.size)
    fault(`the statement speaks of ${place.tree_size} leaves, the checkpoint of ${checkpoint.size}`);
  if (proof && place.leaf_index !== proof.leaf_index)
    fault(`the statement speaks of leaf ${place.leaf_index}, the proof of ${proof.leaf_index}`);
}

function find(report: PackReport, code: string, where: string, sentence: string): void {
  report.findings.push({ code, where, sentence });
}

/** Do what may throw with a file of the pack, if it is there; an error becomes a finding. Whether it was done. */
async function attempt(
  report: PackReport,
  code: string,
  where: string,
  act: (raw: Bytes) => unknown,
): Promise<boolean> {
  const raw = where === "pack" ? new Uint8Array() : report.files.get(where);
  if (!raw) return false;
  try {
    await act(raw);
    return true;
  } catch (error) {
    find(report, code, where, messageOf(error));
    return false;
  }
}
