// Drives every flow of the issuer with openid-client, unmodified, and prints what came out as JSON.
// Environment: ISSUER, EMAIL, PASSWORD, SEED (base32), SERVICE (client id), SERVICE_KEY (private JWK).
import * as oidc from "openid-client";
import { Browser, totp } from "./browser.mjs";

const { ISSUER, EMAIL, PASSWORD, SEED, SERVICE, SERVICE_KEY } = process.env;
const MFA = "urn:companyos:mfa";
const REDIRECT = `${ISSUER}/signed-in`;
const insecure = { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] };
const discover = (id, auth = oidc.None()) => oidc.discovery(new URL(ISSUER), id, {}, auth, insecure);
const refusal = (promise) => promise.then(() => "accepted", (error) => error.error ?? error.cause?.error ?? String(error));

const browser = new Browser(ISSUER, REDIRECT);
const console_ = await discover("companyos-console");
const out = { issuer: console_.serverMetadata().issuer };

async function authorize(extra = {}) {
  const checks = { pkceCodeVerifier: oidc.randomPKCECodeVerifier(), expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
  const url = oidc.buildAuthorizationUrl(console_, {
    redirect_uri: REDIRECT,
    scope: "openid profile email offline_access",
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...extra,
  });
  let page = await browser.open(url.href);
  if (page.html?.includes('name="password"')) page = await browser.submit(page, "/sign-in", { email: EMAIL, password: PASSWORD });
  if (page.html?.includes('name="code"')) page = await browser.submit(page, "/sign-in/second-factor", { code: totp(SEED) });
  if (extra.max_age) checks.maxAge = Number(extra.max_age);
  return oidc.authorizationCodeGrant(console_, page.url, checks);
}

// Code + PKCE, with ID token and userinfo
const first = await authorize();
out.code = { sub: first.claims().sub, acr: first.claims().acr };
out.userinfo = await oidc.fetchUserInfo(console_, first.access_token, first.claims().sub);

// Introspection
out.introspected = await oidc.tokenIntrospection(console_, first.access_token);

// Step-up
const stepped = await authorize({ acr_values: MFA, max_age: "300" });
out.stepUp = { acr: stepped.claims().acr, auth_time: stepped.claims().auth_time };

// Rotation, switching context, reuse
const second = await oidc.refreshTokenGrant(console_, first.refresh_token);
const third = await oidc.refreshTokenGrant(console_, second.refresh_token, { tenant: "other" });
out.rotated = second.refresh_token !== first.refresh_token;
out.switched = (await oidc.tokenIntrospection(console_, third.access_token)).tenant_slug;
out.reuse = await refusal(oidc.refreshTokenGrant(console_, first.refresh_token));
out.afterReuse = await refusal(oidc.refreshTokenGrant(console_, third.refresh_token));

// Revocation
await oidc.tokenRevocation(console_, stepped.refresh_token);
out.afterRevocation = (await oidc.tokenIntrospection(console_, stepped.access_token)).active;

// Device flow
const cli = await discover("companyos-cli");
const device = await oidc.initiateDeviceAuthorization(cli, { scope: "openid offline_access", tenant: "home" });
const asked = await browser.open(device.verification_uri_complete);
const waiting = oidc.pollDeviceAuthorizationGrant(cli, device);
await browser.submit(asked, "/device", { answer: "yes" });
const onDevice = await waiting;
out.device = { sub: onDevice.claims().sub, refreshed: Boolean((await oidc.refreshTokenGrant(cli, onDevice.refresh_token)).access_token) };
const denied = await oidc.initiateDeviceAuthorization(cli, { scope: "openid" });
const askedAgain = await browser.open(denied.verification_uri_complete);
const refused = refusal(oidc.pollDeviceAuthorizationGrant(cli, denied));
await browser.submit(askedAgain, "/device", { answer: "no" });
out.deviceDenied = await refused;

// Client credentials by private_key_jwt, and introspection by the service
const jwk = JSON.parse(SERVICE_KEY);
const key = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
const service = await discover(SERVICE, oidc.PrivateKeyJwt({ key, kid: jwk.kid }));
const machine = await oidc.clientCredentialsGrant(service, { environment: "stage" });
const about = await oidc.tokenIntrospection(service, machine.access_token);
out.service = { active: about.active, environment: about.environment, client: about.client_id };
out.serviceSeesPerson = (await oidc.tokenIntrospection(service, onDevice.access_token)).active;
out.serviceToken = machine.access_token;

// Sign-out begun by the client
const end = oidc.buildEndSessionUrl(console_, { id_token_hint: stepped.id_token, post_logout_redirect_uri: `${ISSUER}/` });
browser.stopAt = `${ISSUER}/`;
const answer = await fetch(end, { redirect: "manual" });
out.signedOutTo = answer.headers.get("location");

console.log(JSON.stringify(out));
