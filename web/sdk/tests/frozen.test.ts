import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";
import { type Replay, checkFrozen, readPinned } from "../src/index";
import { canonical } from "../src/pack/canonical";

const ours = generateKeyPairSync("ed25519");
const keys = await readPinned(JSON.stringify(ours.publicKey.export({ format: "jwk" })));
const kid = keys[0]?.kid ?? "";
const TYPE = "application/vnd.in-toto+json";
const [READ, BODY] = ["/api/v1/services", { items: [{ name: "checkout", objective: 0.999 }], next: null }];
const view = { id: "v1", environment: "prod", by: "person:1", at: "2026-11-22T10:15:00.5Z", until: "" };
const digest = (text: string) => ({ sha256: createHash("sha256").update(text).digest("hex") });

const PREDICATE = {
  view: "v1",
  tenant: "t",
  environment: "prod",
  by: "person:1",
  at: "2026-11-22T10:15:00.500000+00:00",
  name: "Ana",
  policy: "p1",
  read: READ,
};
const STATEMENT = {
  _type: "https://in-toto.io/Statement/v1",
  predicateType: "https://companyos.dev/frozen-part/v1",
  subject: [
    { name: "body", digest: digest(canonical(BODY)) },
    { name: "ground", digest: digest("what the part stands on") },
  ],
  predicate: PREDICATE,
};

function enveloped(statement: object, by = ours): string {
  const payload = Buffer.from(canonical(statement));
  const pae = Buffer.concat([Buffer.from(`DSSEv1 ${TYPE.length} ${TYPE} ${payload.length} `), payload]);
  const sig = sign(null, pae, by.privateKey).toString("base64");
  return canonical({ payload: payload.toString("base64"), payloadType: TYPE, signatures: [{ keyid: kid, sig }] });
}

const replayed = (part: object = {}, told: object = {}): Replay =>
  ({
    view,
    name: "Ana",
    title: null,
    path: null,
    policy_then: "p1",
    policy_now: "p2",
    kid,
    fault: null,
    parts: [{ read: READ, body: BODY, reasons: [], cut: 0, envelope: enveloped(STATEMENT), ...part }],
    ...told,
  }) as Replay;

test("what is as it was signed is proved", async () => {
  const { proven, unproven, faults, signers } = await checkFrozen(replayed(), keys);
  expect([[...proven], [...unproven], faults, [...signers]]).toEqual([[0], [], [], [kid]]);
});

test("what comes without a proof is not called proved, what is withheld needs none", async () => {
  expect([...(await checkFrozen(replayed({ envelope: null }), keys)).unproven]).toEqual([0]);
  const withheld = await checkFrozen(replayed({ envelope: null, body: null }), keys);
  expect([withheld.proven.size, withheld.unproven.size]).toEqual([0, 0]);
});

test.each<[string, Replay, RegExp]>([
  ["the data", replayed({ body: { items: [], next: null } }), /data is not what was signed/],
  ["the read", replayed({ read: "/api/v1/incidents" }), /signed read/],
  ["the view", replayed({}, { view: { ...view, id: "v2" } }), /signed view/],
  ["the person", replayed({}, { view: { ...view, by: "person:2" } }), /signed by/],
  ["the name", replayed({}, { name: "Eve" }), /signed name/],
  ["the time", replayed({}, { view: { ...view, at: "2026-11-22T10:16:00Z" } }), /another time/],
  ["the policy", replayed({}, { policy_then: "p0" }), /another policy/],
  ["the key", replayed({ envelope: enveloped(STATEMENT, generateKeyPairSync("ed25519")) }), /does not match/],
  ["the kind", replayed({ envelope: enveloped({ ...STATEMENT, predicateType: "x" }) }), /not a statement about/],
  ["nothing signed", replayed({ envelope: enveloped({ ...STATEMENT, subject: [] }) }), /data is not what was signed/],
  ["an envelope that is none", replayed({ envelope: "{}" }), /not a DSSE envelope/],
])("a change of %s is told", async (_, replay, words) => {
  const { proven, faults } = await checkFrozen(replay, keys);
  expect(proven.size).toBe(0);
  expect(faults).toEqual([expect.stringMatching(words)]);
});

test("a key that nobody trusts proves nothing", async () => {
  const other = await readPinned(JSON.stringify(generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" })));
  expect((await checkFrozen(replayed(), other)).faults).toEqual([expect.stringMatching(/none of the known keys/)]);
});
