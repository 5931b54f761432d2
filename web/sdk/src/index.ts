/** @companyos/sdk: everything a program needs to talk to CompanyOS. One file per capability. */
import { type Api, createApi } from "./api";
import { Auth, type Journey } from "./auth";
import type { Context } from "./context";
import { Events, type SendEvents } from "./events";
import { type LiveHandlers, follow } from "./live";
import { Outcomes } from "./resume";
import { type Storage, browserStorage, tabStorage } from "./storage";
import { Transport } from "./transport";

export * from "./types";
export type { Api, IncidentStep } from "./api";
export type { Parameters, RunVerb } from "./maestro";
export { SignedOut } from "./auth";
export type { Context } from "./context";
export { Events, type OwnEvent, type SendEvents } from "./events";
export type { Told } from "./told";
export { type FrozenProof, checkFrozen } from "./frozen";
export { uuidv7 } from "./idempotency";
export type { Connection, LiveEvent } from "./live";
export { type Page, each } from "./pagination";
export { type Challenge, CompanyOSError, type Problem, type Reason, type Remedy } from "./problem";
export * from "./pack";
export { type ProofStep, checkProof, sidesOf } from "./proof";
export { type Storage, browserStorage, memoryStorage, tabStorage } from "./storage";
export type { CallOptions } from "./transport";

export interface CompanyOSOptions {
  /** Origin of the server, `https://console.example.org`. */
  baseUrl: string;
  clientId: string;
  redirectUri: string;
  /** Defaults to `baseUrl`: the built-in issuer. */
  issuer?: string;
  scope?: string;
  /** The context of the moment; read on every call. */
  context: () => Context;
  /** The page to come back to after a step-up. */
  here: () => string;
  leave: (url: string) => void;
  tokens?: Storage;
  journeys?: Storage;
}

/** A signed-in (or not yet signed-in) person's way to CompanyOS. */
export interface CompanyOS {
  api: Api;
  auth: Auth;
  /** Answers of requests that were finished after a step-up. */
  outcomes: Outcomes;
  /** Finish a sign-in at the redirect URI, send the request that waited for it, and say where to go on. */
  finishSignIn: (url: URL) => Promise<Journey>;
  /** Tells what the person does, once they agreed. */
  events: Events;
  /** Follow what changes; returns the stop. */
  follow: (handlers: LiveHandlers) => () => void;
}

export function createCompanyOS(options: CompanyOSOptions): CompanyOS {
  const { baseUrl, clientId, redirectUri, context, here, leave, issuer = baseUrl } = options;
  const { scope = "openid profile offline_access", tokens = browserStorage(), journeys = tabStorage() } = options;
  const auth = new Auth({ issuer: new URL(issuer), clientId, redirectUri, scope, tokens, journeys, leave });
  const transport = new Transport({ auth, context, here });
  const outcomes = new Outcomes(journeys);
  const api = createApi(transport, baseUrl);
  const send: SendEvents = (told, about, leaving) => api.events.send(told, leaving, { context: about });

  const finishSignIn = async (url: URL) => {
    const journey = await auth.finish(url);
    if (journey.pending) await outcomes.keep(journey.pending.key, transport.replay(journey.pending));
    return journey;
  };
  return {
    api,
    auth,
    outcomes,
    finishSignIn,
    events: new Events({ send, context }),
    follow: (handlers) => follow(transport, `${baseUrl}/api/v1/events`, handlers),
  };
}
