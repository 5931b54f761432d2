import * as gen from "./gen/sdk.gen";
import type { Client } from "./gen/client";
import type { OwnEvent } from "./events";
import type { CallOptions } from "./transport";

/** How the generated functions reach the server; see `api.ts`. */
type Via = (options?: CallOptions) => {
  client: Client;
  throwOnError: true;
  signal: AbortSignal | null;
  fetch: typeof fetch;
};

/** What the person agreed to, and what is told of them under that. */
export const own = (via: Via) => ({
  consents: {
    list: (o?: CallOptions) => data(gen.listConsents(via(o))),
    choose: (scope: string, given: boolean, o?: CallOptions) =>
      data(gen.chooseConsent({ path: { scope }, body: { given }, ...via(o) })),
  },
  events: {
    /** `leaving` lets the request outlive its page. */
    send: (events: OwnEvent[], leaving: boolean, o?: CallOptions) =>
      data(gen.sendEvents({ body: { events }, keepalive: leaving, ...via({ ...o, keyless: true }) })),
  },
});

const data = async <T>(answer: Promise<{ data: T }>): Promise<T> => (await answer).data;
