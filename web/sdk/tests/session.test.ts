import { afterEach, beforeEach, expect, test } from "vitest";
import { type CompanyOS, CompanyOSError, SignedOut, createCompanyOS, memoryStorage } from "../src/index";
import { startIssuer } from "./issuer";

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let left: string[];
let client: CompanyOS;
const acme = { tenant: "acme", environment: "prod" };
const CHALLENGE = {
  "www-authenticate": 'Bearer error="insufficient_user_authentication", acr_values="urn:companyos:mfa", max_age="300"',
};

const make = (tokens = memoryStorage(), journeys = memoryStorage()) =>
  createCompanyOS({
    baseUrl: issuer.url,
    clientId: "app",
    redirectUri: `${issuer.url}/signed-in`,
    context: () => acme,
    here: () => "/here?x=1",
    leave: (url) => left.push(url),
    tokens,
    journeys,
  });

const signIn = async () => {
  await client.auth.signIn({ returnTo: "/start", context: acme });
  return client.finishSignIn(issuer.approve(left.at(-1) ?? ""));
};

beforeEach(async () => {
  issuer = await startIssuer();
  left = [];
  client = make();
});
afterEach(() => issuer.close());

test("a sign-in comes back to where it began, and calls carry the token and the context", async () => {
  const { returnTo } = await signIn();
  await client.api.services.list({ q: "pay" });
  expect(returnTo).toBe("/start");
  expect(issuer.seen[0]).toMatchObject({
    path: "/api/v1/services?q=pay",
    headers: { authorization: "Bearer pwd-acme-1", "companyos-tenant": "acme", "companyos-environment": "prod" },
  });
});

test("a sign-in that this tab did not begin is refused", async () => {
  await client.auth.signIn({ returnTo: "/start", context: acme });
  const back = issuer.approve(left[0] ?? "");
  back.searchParams.set("state", "forged");
  await expect(client.finishSignIn(back)).rejects.toThrow(SignedOut);
});

test("a sign-in cannot be finished twice", async () => {
  await client.auth.signIn({ returnTo: "/start", context: acme });
  const back = issuer.approve(left[0] ?? "");
  await client.finishSignIn(back);
  await expect(client.finishSignIn(back)).rejects.toThrow(SignedOut);
});

test("without a session nothing is sent", async () => {
  await expect(client.api.me()).rejects.toThrow(SignedOut);
  expect(issuer.seen).toEqual([]);
});

test("many calls of two clients that share their tokens cause one refresh per context", async () => {
  const tokens = memoryStorage();
  client = make(tokens);
  const other = make(tokens);
  await signIn();
  const globex = { context: { tenant: "globex", environment: "prod" } };
  await Promise.all([client.api.me(globex), client.api.me(globex), other.api.me(globex), other.api.me(globex)]);
  expect(issuer.refreshes()).toBe(2); // the sign-in, and one refresh into the other tenant
  expect(new Set(issuer.seen.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer pwd-globex-2"]));
});

test("a refused token is refreshed once and the call repeated; a second refusal ends the session", async () => {
  await signIn();
  issuer.answerWith(({ headers }) => ({
    status: headers.authorization === "Bearer pwd-acme-1" ? 401 : 200,
    body: { items: [] },
  }));
  await expect(client.api.tenants.list()).resolves.toEqual({ items: [] });
  issuer.answerWith(() => ({ status: 401, body: {} }));
  await expect(client.api.tenants.list()).rejects.toThrow(SignedOut);
});

test("a refresh token that was used elsewhere ends the session here", async () => {
  const tokens = memoryStorage();
  client = make(tokens);
  await signIn();
  await tokens.set("tokens", { access: {}, refreshToken: "stolen" });
  await expect(client.api.me()).rejects.toThrow(SignedOut);
  expect(await client.auth.signedIn()).toBe(false);
});

test("a step-up sends the waiting request again, unchanged and under the same key, and keeps its answer", async () => {
  await signIn();
  issuer.answerWith(({ headers }) =>
    headers.authorization?.includes("mfa")
      ? { status: 201, body: { evidence_id: "e1" } }
      : { status: 401, headers: CHALLENGE },
  );
  const never = client.api.deployments.act(
    "d1",
    "roll_back",
    { reason: "errors", plan_hash: "h" },
    { resumeAs: "roll back d1" },
  );
  await expect.poll(() => left.length).toBe(2);
  const asked = new URL(left[1] ?? "").searchParams;
  expect([asked.get("acr_values"), asked.get("max_age"), asked.get("tenant")]).toEqual([
    "urn:companyos:mfa",
    "300",
    "acme",
  ]);

  const { returnTo } = await client.finishSignIn(issuer.approve(left[1] ?? ""));
  expect(returnTo).toBe("/here?x=1");
  const [first, again] = issuer.seen;
  expect(again).toMatchObject({ method: "POST", path: first?.path, body: first?.body });
  expect(again?.headers["idempotency-key"]).toBe(first?.headers["idempotency-key"]);
  expect(await client.outcomes.take("roll back d1")).toEqual({ evidence_id: "e1" });
  expect(await client.outcomes.take("roll back d1")).toBeUndefined();
  expect(await Promise.race([never, "still waiting"])).toBe("still waiting");
});

test("a step-up whose act is refused afterwards keeps the refusal", async () => {
  await signIn();
  const refusal = { title: "The plan has changed", reasons: [{ code: "plan.changed", sentence: "Look again." }] };
  issuer.answerWith(({ headers }) =>
    headers.authorization?.includes("mfa") ? { status: 409, body: refusal } : { status: 401, headers: CHALLENGE },
  );
  void client.api.deployments.act("d1", "pause", { reason: "errors", plan_hash: "h" }, { resumeAs: "pause d1" });
  await expect.poll(() => left.length).toBe(2);
  await client.finishSignIn(issuer.approve(left[1] ?? ""));
  await expect(client.outcomes.take("pause d1")).rejects.toMatchObject({ status: 409, reasons: refusal.reasons });
});

test("a challenge to a call that nobody resumes is an error with the challenge, not a redirect", async () => {
  await signIn();
  issuer.answerWith(() => ({ status: 401, headers: CHALLENGE, body: { title: "Prove that it is you" } }));
  await expect(client.api.me()).rejects.toMatchObject({ challenge: { acr_values: "urn:companyos:mfa", max_age: 300 } });
  expect(left).toHaveLength(1);
});

test("a refusal carries its reasons and request id; a dead server says so", async () => {
  await signIn();
  issuer.answerWith(() => ({
    status: 403,
    body: { title: "No", code: "denied", request_id: "r1", reasons: [{ code: "no_permit", sentence: "No policy." }] },
  }));
  await expect(client.api.people.list({})).rejects.toMatchObject({
    name: "CompanyOSError",
    status: 403,
    code: "denied",
    requestId: "r1",
  });
  await issuer.close();
  const failure = await client.api.people.list({}).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CompanyOSError);
  expect(failure).toMatchObject({ status: 0, code: "network.unreachable" });
});

test("a tenant that is not one's own is not found, and the session goes on", async () => {
  await signIn();
  await expect(client.api.me({ context: { tenant: "foreign" } })).rejects.toMatchObject({
    status: 404,
    code: "context.foreign",
  });
  await expect(client.api.me()).resolves.toEqual({});
});

test("a sign-in that the issuer refuses says why", async () => {
  await client.auth.signIn({ returnTo: "/start", context: acme });
  const back = issuer.approve(left[0] ?? "");
  back.search = new URLSearchParams({
    error: "access_denied",
    error_description: "Locked.",
    state: back.searchParams.get("state") ?? "",
    iss: issuer.url,
  }).toString();
  await expect(client.finishSignIn(back)).rejects.toMatchObject({ status: 401, reasons: [{ sentence: "Locked." }] });
});
