import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const text = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

export interface Seen {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A small issuer and API on a real socket: PKCE is checked, refresh tokens rotate, and a used one ends the session. */
export async function startIssuer() {
  const codes = new Map<string, URLSearchParams>();
  const seen: Seen[] = [];
  let refreshToken = "";
  let turn = 0;
  let answer: (request: Seen) => { status: number; headers?: Record<string, string>; body?: object } = () => ({
    status: 200,
    body: {},
  });

  const grant = (form: URLSearchParams, issuer: string) => {
    const exchange = form.get("grant_type") === "authorization_code";
    const asked = codes.get(form.get("code") ?? "");
    if (
      exchange &&
      createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url") !== asked?.get("code_challenge")
    )
      return undefined;
    if (!exchange && form.get("refresh_token") !== refreshToken) return undefined;
    if (form.get("tenant") === "foreign") return "invalid_target";
    turn += 1;
    refreshToken = `refresh-${turn}`;
    const acr = asked?.get("acr_values") ?? "pwd";
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      sub: "jo",
      aud: "app",
      iat: now,
      exp: now + 60,
      auth_time: now,
      ...(asked && { nonce: asked.get("nonce") }),
    };
    const idToken = exchange ? { id_token: `${text({ alg: "ES256" })}.${text(claims)}.${text({})}` } : {};
    return {
      access_token: `${acr}-${form.get("tenant") ?? asked?.get("tenant") ?? ""}-${turn}`,
      token_type: "Bearer",
      expires_in: 300,
      refresh_token: refreshToken,
      ...idToken,
    };
  };

  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const path = request.url ?? "";
    const say = (status: number, said: object, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, {
          "content-type": status < 400 ? "application/json" : "application/problem+json",
          ...headers,
        })
        .end(JSON.stringify(said));
    if (path === "/.well-known/openid-configuration")
      return say(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        id_token_signing_alg_values_supported: ["ES256"],
      });
    if (path === "/token") {
      const granted = grant(new URLSearchParams(body), issuer);
      if (typeof granted === "object") return say(200, granted);
      return response
        .writeHead(400, { "content-type": "application/json" })
        .end(JSON.stringify({ error: granted ?? "invalid_grant" }));
    }
    const one = { method: request.method ?? "", path, headers: request.headers, body };
    seen.push(one);
    const { status, headers, body: said } = answer(one);
    return say(status, said ?? {}, headers);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    seen,
    answerWith: (next: typeof answer) => void (answer = next),
    /** What a person does at the sign-in page: the address that the browser comes back to. */
    approve(authorizeUrl: string): URL {
      const asked = new URL(authorizeUrl).searchParams;
      const code = `code-${codes.size + 1}`;
      codes.set(code, asked);
      return new URL(
        `${asked.get("redirect_uri")}?${new URLSearchParams({ code, state: asked.get("state") ?? "", iss: url })}`,
      );
    },
    refreshes: () => turn,
    close: () => new Promise((done) => server.close(done)),
  };
}
