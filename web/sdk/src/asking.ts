import * as gen from "./gen/sdk.gen";
import type { Client } from "./gen/client";
import type { Question } from "./types";
import type { CallOptions } from "./transport";

/** How the generated functions reach the server; see `api.ts`. */
type Via = (options?: CallOptions) => {
  client: Client;
  throwOnError: true;
  signal: AbortSignal | null;
  fetch: typeof fetch;
};

/** Questions in SQL: what there is to ask about, what asking costs, and the answers. */
export const asking = (via: Via) => ({
  questions: {
    tables: (o?: CallOptions) => data(gen.listAskableTables(via(o))),
    /** What it would read; nothing is read and nothing is charged. */
    quote: (body: Question, o?: CallOptions) => data(gen.quoteQuestion({ body, ...via(o) })),
    ask: (body: Question, o?: CallOptions) => data(gen.askQuestion({ body, ...via(o) })),
  },
  budgets: {
    get: (o?: CallOptions) => data(gen.listBudgets(via(o))),
    /** `tenant`, `person` (each one) or `person:<id>`; null goes back to the default. */
    set: (holder: string, bytes: number | null, o?: CallOptions) =>
      data(gen.setBudget({ path: { holder }, body: { bytes }, ...via(o) })),
  },
});

const data = async <T>(answer: Promise<{ data: T }>): Promise<T> => (await answer).data;
