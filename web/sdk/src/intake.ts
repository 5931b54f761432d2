import * as gen from "./gen/sdk.gen";
import type * as shape from "./gen/types.gen";
import type { Client } from "./gen/client";
import type { CallOptions } from "./transport";

/** How the generated functions reach the server; see `api.ts`. */
type Via = (options?: CallOptions) => {
  client: Client;
  throwOnError: true;
  signal: AbortSignal | null;
  fetch: typeof fetch;
};

/** Events as they come in: what they mean, how well producers keep to it, and what is done about those refused. */
export const intake = (via: Via) => ({
  conformance: (query: shape.GetConformanceData["query"], o?: CallOptions) =>
    data(gen.getConformance({ query, ...via(o) })),
  arrivals: (query: shape.ListArrivalsData["query"], o?: CallOptions) => data(gen.listArrivals({ query, ...via(o) })),
  deadLetters: {
    list: (query: shape.ListDeadLettersData["query"], o?: CallOptions) =>
      data(gen.listDeadLetters({ query, ...via(o) })),
    get: (letter: string, o?: CallOptions) => data(gen.getDeadLetter({ path: { letter }, ...via(o) })),
  },
  repairs: {
    list: (query: shape.ListRepairsData["query"], o?: CallOptions) => data(gen.listRepairs({ query, ...via(o) })),
    get: (repair: string, o?: CallOptions) => data(gen.getRepair({ path: { repair }, ...via(o) })),
    /** What it would do to the letters that wait; nothing is written. */
    try: (body: shape.TryRepairData["body"], o?: CallOptions) => data(gen.tryRepair({ body, ...via(o) })),
    propose: (body: shape.ProposeRepairData["body"], o?: CallOptions) => data(gen.proposeRepair({ body, ...via(o) })),
    discard: (repair: string, o?: CallOptions) => data(gen.discardRepair({ path: { repair }, ...via(o) })),
    /** As the preflight showed it. */
    replay: (repair: string, body: shape.ReplayRepairData["body"], o?: CallOptions) =>
      data(gen.replayRepair({ path: { repair }, body, ...via(o) })),
  },
  feedback: {
    list: (o?: CallOptions) => data(gen.listFeedback(via(o))),
    /** Its `secret` is in this answer only. */
    set: (producer: string, url: string, o?: CallOptions) =>
      data(gen.setFeedback({ path: { producer }, body: { url }, ...via(o) })),
    remove: (producer: string, o?: CallOptions) => data(gen.removeFeedback({ path: { producer }, ...via(o) })),
  },
  schemas: {
    list: (query: shape.ListSchemasData["query"], o?: CallOptions) => data(gen.listSchemas({ query, ...via(o) })),
    get: (name: string, version: string | null, o?: CallOptions) =>
      data(gen.getSchema({ path: { name }, query: { version }, ...via(o) })),
    versions: (name: string, query: shape.ListSchemaVersionsData["query"], o?: CallOptions) =>
      data(gen.listSchemaVersions({ path: { name }, query, ...via(o) })),
    /** What a document would be to the schema of that name; nothing is kept. */
    check: (body: shape.CheckSchemaData["body"], o?: CallOptions) => data(gen.checkSchema({ body, ...via(o) })),
    register: (body: shape.RegisterSchemaData["body"], o?: CallOptions) =>
      data(gen.registerSchema({ body, ...via(o) })),
    evolve: (name: string, body: shape.EvolveSchemaData["body"], o?: CallOptions) =>
      data(gen.evolveSchema({ path: { name }, body, ...via(o) })),
  },
});

const data = async <T>(answer: Promise<{ data: T }>): Promise<T> => (await answer).data;
