import * as gen from "./gen/sdk.gen";
import type { Client } from "./gen/client";
import type * as shape from "./gen/types.gen";
import type { CallOptions } from "./transport";

/** How the generated functions reach the server; see `api.ts`. */
type Via = (options?: CallOptions) => {
  client: Client;
  throwOnError: true;
  signal: AbortSignal | null;
  fetch: typeof fetch;
};

/** People who are to be forgotten, and the certificates that they were. */
export const erasures = (via: Via) => ({
  list: (query: shape.ListErasuresData["query"], o?: CallOptions) => data(gen.listErasures({ query, ...via(o) })),
  get: (id: string, o?: CallOptions) => data(gen.getErasure({ path: { id }, ...via(o) })),
  places: (o?: CallOptions) => data(gen.listSubjectPlaces(via(o))),
  /** The person's id, as the product sends it in events, is not kept. */
  request: (body: shape.RequestErasureData["body"], o?: CallOptions) => data(gen.requestErasure({ body, ...via(o) })),
  withdraw: (id: string, o?: CallOptions) => data(gen.withdrawErasure({ path: { id }, ...via(o) })),
  carryOut: (id: string, body: shape.CarryOutErasureData["body"], o?: CallOptions) =>
    data(gen.carryOutErasure({ path: { id }, body, ...via(o) })),
});

const data = async <T>(answer: Promise<{ data: T }>): Promise<T> => (await answer).data;
