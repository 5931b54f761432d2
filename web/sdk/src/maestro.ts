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

/** What a plan is told. */
export type Parameters = NonNullable<shape.DryRunPlanData["body"]["parameters"]>;

/** Plans and their runs. */
export const maestro = (via: Via) => ({
  plans: {
    list: (query: shape.ListPlansData["query"], o?: CallOptions) => data(gen.listPlans({ query, ...via(o) })),
    get: (name: string, o?: CallOptions) => data(gen.getPlan({ path: { name }, ...via(o) })),
    versions: (name: string, query: shape.ListPlanVersionsData["query"], o?: CallOptions) =>
      data(gen.listPlanVersions({ path: { name }, query, ...via(o) })),
    /** Kept only when the plan still has the version that was `seen`; 0 is a new plan. */
    put: (name: string, seen: number, source: string, o?: CallOptions) =>
      data(gen.putPlan({ path: { name }, body: { source }, headers: { "if-match": `"${seen}"` }, ...via(o) })),
    check: (source: string, o?: CallOptions) => data(gen.checkPlan({ body: { source }, ...via(o) })),
    dryRun: (name: string, parameters: Parameters, o?: CallOptions) =>
      data(gen.dryRunPlan({ path: { name }, body: { parameters }, ...via(o) })),
    start: (name: string, body: shape.StartRunData["body"], o?: CallOptions) =>
      data(gen.startRun({ path: { name }, body, ...via(o) })),
    stepTypes: (o?: CallOptions) => data(gen.listStepTypes(via(o))),
  },
  runs: {
    list: (query: shape.ListRunsData["query"], o?: CallOptions) => data(gen.listRuns({ query, ...via(o) })),
    get: (run: string, o?: CallOptions) => data(gen.getRun({ path: { run }, ...via(o) })),
    tell: (run: string, verb: RunVerb, o?: CallOptions) => data(VERBS[verb]({ path: { run }, ...via(o) })),
    undo: (run: string, body: shape.UndoRunData["body"], o?: CallOptions) =>
      data(gen.undoRun({ path: { run }, body, ...via(o) })),
    /** Say what is so of a step that nobody else can tell of. */
    settle: (run: string, body: shape.SettleRunData["body"], o?: CallOptions) =>
      data(gen.settleRun({ path: { run }, body, ...via(o) })),
  },
});

/** How people outside the console are told. */
export const notices = (via: Via) => ({
  list: (query: shape.ListNoticesData["query"], o?: CallOptions) => data(gen.listNotices({ query, ...via(o) })),
  get: (id: string, o?: CallOptions) => data(gen.getNotice({ path: { id }, ...via(o) })),
  channels: (o?: CallOptions) => data(gen.listChannels(via(o))),
  createChannel: (body: shape.CreateChannelData["body"], o?: CallOptions) =>
    data(gen.createChannel({ body, ...via(o) })),
  removeChannel: (name: string, o?: CallOptions) => data(gen.removeChannel({ path: { name }, ...via(o) })),
});

const VERBS = { pause: gen.pauseRun, resume: gen.resumeRun, cancel: gen.cancelRun };
export type RunVerb = keyof typeof VERBS;

const data = async <T>(answer: Promise<{ data: T }>): Promise<T> => (await answer).data;
