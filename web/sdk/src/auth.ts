import * as oauth from "oauth4webapi";
import { type Context, contextKey } from "./context";
import { alone } from "./lock";
import { type Challenge, refusedByIssuer } from "./problem";
import type { Storage } from "./storage";
import type { PendingRequest } from "./resume";

export interface AuthOptions {
  /** The OIDC issuer, discovered at `/.well-known/openid-configuration`. */
  issuer: URL;
  clientId: string;
  /** Where the issuer sends the browser back to; registered with the issuer. */
  redirectUri: string;
  scope: string;
  /** Tokens: shared by all tabs. */
  tokens: Storage;
  /** A sign-in under way: one tab's own. */
  journeys: Storage;
  /** Leaves the page; replaced in tests. */
  leave: (url: string) => void;
}

/** What a sign-in remembers while the browser is away at the issuer. */
export interface Journey {
  verifier: string;
  nonce: string;
  returnTo: string;
  context: Context;
  maxAge?: number;
  pending?: PendingRequest;
}

interface AccessToken {
  token: string;
  expiresAt: number;
}

interface Tokens {
  refreshToken?: string;
  idToken?: string;
  /** One access token per context: a tab in another tenant does not disturb this one. */
  access: Record<string, AccessToken>;
}

/** There is no usable session: the person has to sign in (again). */
export class SignedOut extends Error {
  override name = "SignedOut";
}

const EARLY = 20_000; // refresh this many milliseconds before the token expires, so that no call races its end

/** OpenID Connect in the browser: code + PKCE (RFC 7636), rotating refresh, step-up (RFC 9470). */
export class Auth {
  #client: oauth.Client;
  #discovered: Promise<oauth.AuthorizationServer> | undefined;

  constructor(readonly options: AuthOptions) {
    this.#client = { client_id: options.clientId };
  }

  /** Go to the issuer's sign-in page and come back to `returnTo`. With a challenge it is a step-up. */
  async signIn(journey: { returnTo: string; context: Context; challenge?: Challenge; pending?: PendingRequest }) {
    const { returnTo, context, challenge, pending } = journey;
    const server = await this.#server();
    const [verifier, state, nonce] = [
      oauth.generateRandomCodeVerifier(),
      oauth.generateRandomState(),
      oauth.generateRandomNonce(),
    ];
    const kept: Journey = { verifier, nonce, returnTo, context };
    if (challenge?.max_age !== undefined) kept.maxAge = challenge.max_age;
    if (pending) kept.pending = pending;
    await this.options.journeys.set(`journey.${state}`, kept);

    const url = new URL(need(server.authorization_endpoint, "authorization_endpoint"));
    const ask: Record<string, string | undefined> = {
      client_id: this.options.clientId,
      redirect_uri: this.options.redirectUri,
      response_type: "code",
      scope: this.options.scope,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      tenant: context.tenant,
      environment: context.environment,
      acr_values: challenge?.acr_values,
      max_age: challenge?.max_age?.toString(),
    };
    for (const [name, value] of Object.entries(ask)) if (value !== undefined) url.searchParams.set(name, value);
    this.options.leave(url.href);
  }

  /** Finish a sign-in at the redirect URI. Errors when the issuer refused, or when this tab never began it. */
  async finish(url: URL): Promise<Journey> {
    const state = url.searchParams.get("state") ?? "";
    const journey = await this.options.journeys.get<Journey>(`journey.${state}`);
    if (!journey) throw new SignedOut("This sign-in was begun in another tab or has been finished already.");
    await this.options.journeys.delete(`journey.${state}`);

    const server = await this.#server();
    const answer = approved(server, this.#client, url, state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      this.#client,
      oauth.None(),
      answer,
      this.options.redirectUri,
      journey.verifier,
      this.#http(),
    );
    const granted = await oauth.processAuthorizationCodeResponse(server, this.#client, response, {
      expectedNonce: journey.nonce,
      ...(journey.maxAge === undefined ? {} : { maxAge: journey.maxAge }),
    });
    await this.options.tokens.set("tokens", keep({ access: {} }, journey.context, granted));
    return journey;
  }

  /**
   * An access token for this context, refreshed when it is about to end. All tabs share one refresh (Web Locks), because
   * the refresh token rotates and a second use of an old one ends the whole session.
   * `stale` is a token that the server has just refused: it is not handed out again.
   */
  async token(context: Context, stale?: string): Promise<string> {
    const fresh = (tokens: Tokens | undefined) => {
      const held = tokens?.access[contextKey(context)];
      return held && held.token !== stale && held.expiresAt - EARLY > Date.now() ? held.token : undefined;
    };
    const held = fresh(await this.#tokens());
    if (held) return held;
    return alone("companyos.refresh", async () => {
      const tokens = await this.#tokens();
      const another = fresh(tokens);
      if (another) return another;
      if (!tokens?.refreshToken) throw new SignedOut("There is no session in this browser.");
      return this.#refresh(tokens, tokens.refreshToken, context);
    });
  }

  /** Whether this browser holds a session at all; the server may still refuse it. */
  async signedIn(): Promise<boolean> {
    return (await this.#tokens()) !== undefined;
  }

  /** End the session here and at the issuer; `returnTo` is where the browser goes next. */
  async signOut(returnTo: string): Promise<void> {
    const tokens = await this.#tokens();
    await this.options.tokens.delete("tokens");
    const server = await this.#server();
    if (tokens?.refreshToken && server.revocation_endpoint)
      await oauth.revocationRequest(server, this.#client, oauth.None(), tokens.refreshToken, this.#http());
    if (!server.end_session_endpoint) return this.options.leave(returnTo);
    const end = new URL(server.end_session_endpoint);
    if (tokens?.idToken) end.searchParams.set("id_token_hint", tokens.idToken);
    end.searchParams.set("client_id", this.options.clientId);
    end.searchParams.set("post_logout_redirect_uri", returnTo);
    this.options.leave(end.href);
  }

  async #refresh(tokens: Tokens, refreshToken: string, context: Context): Promise<string> {
    const server = await this.#server();
    const wanted: Record<string, string> = {};
    if (context.tenant) wanted["tenant"] = context.tenant;
    if (context.environment) wanted["environment"] = context.environment;
    try {
      const response = await oauth.refreshTokenGrantRequest(server, this.#client, oauth.None(), refreshToken, {
        ...this.#http(),
        additionalParameters: wanted,
      });
      const granted = await oauth.processRefreshTokenResponse(server, this.#client, response);
      await this.options.tokens.set("tokens", keep(tokens, context, granted));
      return granted.access_token;
    } catch (error) {
      if (!(error instanceof oauth.ResponseBodyError)) throw error;
      if (error.error !== "invalid_grant") throw refusedByIssuer(error.error, error.error_description, error);
      await this.options.tokens.delete("tokens");
      throw new SignedOut("The session has ended.", { cause: error });
    }
  }

  #tokens = () => this.options.tokens.get<Tokens>("tokens");

  #server(): Promise<oauth.AuthorizationServer> {
    this.#discovered ??= oauth
      .discoveryRequest(this.options.issuer, this.#http())
      .then((response) => oauth.processDiscoveryResponse(this.options.issuer, response))
      .catch((error: unknown) => {
        this.#discovered = undefined; // the next call tries again
        throw error;
      });
    return this.#discovered;
  }

  /** Plain HTTP is for an issuer on this machine only. */
  #http() {
    return {
      [oauth.allowInsecureRequests]: ["127.0.0.1", "localhost", "[::1]"].includes(this.options.issuer.hostname),
    };
  }
}

/** The issuer's answer in the address; its refusals become errors with reasons. */
function approved(server: oauth.AuthorizationServer, client: oauth.Client, url: URL, state: string) {
  try {
    return oauth.validateAuthResponse(server, client, url, state);
  } catch (error) {
    if (!(error instanceof oauth.AuthorizationResponseError)) throw error;
    throw refusedByIssuer(error.error, error.error_description, error);
  }
}

function keep(tokens: Tokens, context: Context, granted: oauth.TokenEndpointResponse): Tokens {
  const expiresAt = Date.now() + (granted.expires_in ?? 60) * 1000;
  const kept: Tokens = {
    access: { ...tokens.access, [contextKey(context)]: { token: granted.access_token, expiresAt } },
  };
  const refreshToken = granted.refresh_token ?? tokens.refreshToken;
  const idToken = granted.id_token ?? tokens.idToken;
  if (refreshToken) kept.refreshToken = refreshToken;
  if (idToken) kept.idToken = idToken;
  return kept;
}

function need<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`The issuer's discovery document has no ${name}.`);
  return value;
}
