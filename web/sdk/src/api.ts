import { createClient, createConfig } from "./gen/client";
import * as gen from "./gen/sdk.gen";
import type * as shape from "./gen/types.gen";
import { asking } from "./asking";
import { erasures } from "./erasures";
import { policies } from "./policies";
import { errorFrom } from "./problem";
import { intake } from "./intake";
import { maestro, notices } from "./maestro";
import { reports } from "./reports";
import { own } from "./own";
import type { CallOptions, Transport } from "./transport";
import type * as t from "./types";

/** Every question and verb of CompanyOS, grouped by noun. `options` carries an AbortSignal, a context or `resumeAs`. */
export function createApi(transport: Transport, baseUrl: string) {
  const client = createClient(createConfig({ baseUrl }));
  /** How the generated functions reach the server: through the transport, as this one call wants it. */
  const via = (options: CallOptions = {}) => ({
    client,
    throwOnError: true as const,
    signal: options.signal ?? null,
    fetch: ((request: Request) => transport.fetch(request, options)) as typeof fetch,
  });

  return {
    me: (o?: CallOptions) => data(gen.me(via(o))),
    overview: (query: shape.GetOverviewData["query"], o?: CallOptions) => data(gen.getOverview({ query, ...via(o) })),
    search: (query: shape.SearchEverythingData["query"], o?: CallOptions) =>
      data(gen.searchEverything({ query, ...via(o) })),
    frozen: {
      list: (query: shape.ListFrozenViewsData["query"], o?: CallOptions) =>
        data(gen.listFrozenViews({ query, ...via(o) })),
      get: (id: string, o?: CallOptions) => data(gen.getFrozenView({ path: { id }, ...via(o) })),
      create: (body: shape.FreezeIn, o?: CallOptions) => data(gen.freezeView({ body, ...via(o) })),
      delete: (id: string, o?: CallOptions) => data(gen.deleteFrozenView({ path: { id }, ...via(o) })),
    },
    decide: (checks: t.Check[], o?: CallOptions) => data(gen.decide({ body: { checks }, ...via(o) })),
    why: (check: t.Check, o?: CallOptions) => data(gen.explainDecision({ body: check, ...via(o) })),
    preflight: (body: t.AskPreflight, o?: CallOptions) => data(gen.makePreflight({ body, ...via(o) })),
    elevations: {
      list: (query: shape.ListElevationsData["query"], o?: CallOptions) =>
        data(gen.listElevations({ query, ...via(o) })),
      get: (id: string, o?: CallOptions) => data(gen.getElevation({ path: { id }, ...via(o) })),
      request: (body: t.AskElevation, o?: CallOptions) => data(gen.requestElevation({ body, ...via(o) })),
      approve: (id: string, plan_hash: string, note: string, o?: CallOptions) =>
        data(gen.approveElevation({ path: { id }, body: { plan_hash, note }, ...via(o) })),
      deny: (id: string, note: string, o?: CallOptions) =>
        data(gen.denyElevation({ path: { id }, body: { note }, ...via(o) })),
      withdraw: (id: string, o?: CallOptions) => data(gen.withdrawElevation({ path: { id }, ...via(o) })),
      revoke: (id: string, note: string, o?: CallOptions) =>
        data(gen.revokeElevation({ path: { id }, body: { note }, ...via(o) })),
      extend: (id: string, o?: CallOptions) => data(gen.extendElevation({ path: { id }, ...via(o) })),
      breakGlass: (body: shape.BreakGlassData["body"], o?: CallOptions) => data(gen.breakGlass({ body, ...via(o) })),
      grantSpan: (body: shape.GrantSpanData["body"], o?: CallOptions) => data(gen.grantSpan({ body, ...via(o) })),
      review: (id: string, body: shape.ReviewElevationData["body"], o?: CallOptions) =>
        data(gen.reviewElevation({ path: { id }, body, ...via(o) })),
    },
    services: {
      list: (query: shape.ListServicesData["query"], o?: CallOptions) => data(gen.listServices({ query, ...via(o) })),
      get: (name: string, o?: CallOptions) => data(gen.getService({ path: { name }, ...via(o) })),
      change: (name: string, seen: number, body: t.ServiceChange, o?: CallOptions) =>
        data(gen.changeService({ path: { name }, body, headers: { "if-match": `"${seen}"` }, ...via(o) })),
      archive: (name: string, seen: number, o?: CallOptions) =>
        data(gen.archiveService({ path: { name }, headers: { "if-match": `"${seen}"` }, ...via(o) })),
      /** Isolate or release it, as the preflight showed. */
      turn: (name: string, verb: keyof typeof TURNS, body: shape.IsolationIn, o?: CallOptions) =>
        data(TURNS[verb]({ path: { name }, body, ...via(o) })),
      logLevel: (name: string, o?: CallOptions) => tagged(gen.getServiceLogLevel({ path: { name }, ...via(o) })),
      /** Refused when it was told something else since `etag` was read. */
      setLogLevel: (name: string, etag: string, body: shape.SetServiceLogLevelData["body"], o?: CallOptions) =>
        data(gen.setServiceLogLevel({ path: { name }, body, headers: { "if-match": etag }, ...via(o) })),
      dependencies: (name: string, o?: CallOptions) => data(gen.getServiceDependencies({ path: { name }, ...via(o) })),
    },
    deployments: {
      list: (query: shape.ListDeploymentsData["query"], o?: CallOptions) =>
        data(gen.listDeployments({ query, ...via(o) })),
      get: (deployment: string, o?: CallOptions) => data(gen.getDeployment({ path: { deployment }, ...via(o) })),
      preflight: (deployment: string, verb: t.DeploymentVerb, o?: CallOptions) =>
        data(gen.preflightDeployment({ path: { deployment }, query: { verb }, ...via(o) })),
      act: (deployment: string, verb: t.DeploymentVerb, body: shape.OrderIn, o?: CallOptions) =>
        data(VERBS[verb]({ path: { deployment }, body, ...via(o) })),
    },
    hooks: {
      list: (o?: CallOptions) => data(gen.listHooks(via(o))),
      /** Its `secret` is in this answer only. */
      create: (name: string, o?: CallOptions) => data(gen.createHook({ body: { name }, ...via(o) })),
      revoke: (hook: string, o?: CallOptions) => data(gen.revokeHook({ path: { hook }, ...via(o) })),
    },
    incidents: {
      list: (query: shape.ListIncidentsData["query"], o?: CallOptions) => data(gen.listIncidents({ query, ...via(o) })),
      get: (incident: string, o?: CallOptions) => data(gen.getIncident({ path: { incident }, ...via(o) })),
      open: (body: t.NewIncident, o?: CallOptions) => data(gen.openIncident({ body, ...via(o) })),
      /** Refused when somebody else changed it since `seen` was read. */
      change: (incident: string, seen: number, body: t.IncidentChange, o?: CallOptions) =>
        data(gen.changeIncident({ path: { incident }, body, headers: { "if-match": `"${seen}"` }, ...via(o) })),
      step: (incident: string, step: IncidentStep, text: string, o?: CallOptions) =>
        data(STEPS[step]({ path: { incident }, body: { text }, ...via(o) })),
      note: (incident: string, text: string, o?: CallOptions) =>
        data(gen.noteIncident({ path: { incident }, body: { text }, ...via(o) })),
    },
    telemetry: {
      red: (query: shape.GetRedData["query"], o?: CallOptions) => data(gen.getRed({ query, ...via(o) })),
      logs: (query: shape.ListLogsData["query"], o?: CallOptions) => data(gen.listLogs({ query, ...via(o) })),
      traces: (query: shape.ListTracesData["query"], o?: CallOptions) => data(gen.listTraces({ query, ...via(o) })),
      trace: (trace_id: string, o?: CallOptions) => data(gen.getTrace({ path: { trace_id }, ...via(o) })),
    },
    graph: {
      neighbours: (query: shape.ListNeighboursData["query"], o?: CallOptions) =>
        data(gen.listNeighbours({ query, ...via(o) })),
    },
    audit: {
      list: (query: shape.ListAuditRecordsData["query"], o?: CallOptions) =>
        data(gen.listAuditRecords({ query, ...via(o) })),
      proof: (id: string, o?: CallOptions) => data(gen.proveAuditRecord({ path: { id }, ...via(o) })),
      checkpoint: (o?: CallOptions) => data(gen.getAuditCheckpoint(via(o))),
      verify: (o?: CallOptions) => data(gen.verifyAudit(via(o))),
    },
    policies: policies(via),
    tenants: {
      list: (o?: CallOptions) => data(gen.listTenants(via(o))),
      get: (slug: string, o?: CallOptions) => data(gen.getTenant({ path: { slug }, ...via(o) })),
      /** Totals of the own tenant and of those that granted a span of control. */
      across: (query: shape.GetTenantTotalsData["query"], o?: CallOptions) =>
        data(gen.getTenantTotals({ query, ...via(o) })),
    },
    people: {
      list: (query: shape.ListPeopleData["query"], o?: CallOptions) => data(gen.listPeople({ query, ...via(o) })),
      get: (id: string, o?: CallOptions) => tagged(gen.getPerson({ path: { id }, ...via(o) })),
      /** Refused when somebody else changed them since `etag` was read. */
      change: (id: string, etag: string, body: t.PersonChange, o?: CallOptions) =>
        data(gen.changePerson({ path: { id }, body, headers: { "if-match": etag }, ...via(o) })),
      invite: (body: t.NewPerson, o?: CallOptions) => data(gen.invitePerson({ body, ...via(o) })),
      roles: (o?: CallOptions) => data(gen.listRoles(via(o))),
    },
    sessions: {
      list: (o?: CallOptions) => data(gen.listSessions(via(o))),
      end: (id: string, o?: CallOptions) => data(gen.endSession({ path: { id }, ...via(o) })),
    },
    serviceAccounts: {
      list: (query: shape.ListServiceAccountsData["query"], o?: CallOptions) =>
        data(gen.listServiceAccounts({ query, ...via(o) })),
      get: (id: string, o?: CallOptions) => tagged(gen.getServiceAccount({ path: { id }, ...via(o) })),
      create: (body: t.NewServiceAccount, o?: CallOptions) => data(gen.createServiceAccount({ body, ...via(o) })),
      change: (id: string, etag: string, body: t.ServiceAccountChange, o?: CallOptions) =>
        data(gen.changeServiceAccount({ path: { id }, body, headers: { "if-match": etag }, ...via(o) })),
      /** Its `key` is in this answer only. */
      createKey: (id: string, environment: string, o?: CallOptions) =>
        data(gen.createIngestKey({ path: { id }, body: { environment }, ...via(o) })),
      /** The key that a rotation made, once. */
      collectKey: (id: string, key: string, o?: CallOptions) =>
        data(gen.collectIngestKey({ path: { id, key }, ...via(o) })),
      revokeKey: (id: string, key: string, o?: CallOptions) =>
        data(gen.revokeIngestKey({ path: { id, key }, ...via(o) })),
    },
    ...intake(via),
    ...asking(via),
    ...own(via),
    reports: reports(via),
    erasures: erasures(via),
    ...maestro(via),
    notices: notices(via),
    evidence: {
      list: (query: shape.ListEvidencePacksData["query"], o?: CallOptions) =>
        data(gen.listEvidencePacks({ query, ...via(o) })),
      /** The evidence pack itself, a zip that `companyos evidence verify` checks without a server. */
      download: (id: string, o?: CallOptions) =>
        data(gen.downloadEvidencePack({ path: { id }, parseAs: "blob", ...via(o) })) as Promise<Blob>,
      /** The pack as one HTML file that verifies and shows it anywhere. */
      view: (id: string, o?: CallOptions) =>
        data(gen.downloadEvidenceView({ path: { id }, parseAs: "blob", ...via(o) })) as Promise<Blob>,
      /** Every public key that ever signed for the ledger, as it publishes them to everyone (JWK set). */
      keys: async (o?: CallOptions): Promise<string> => {
        const url = new URL("/.well-known/companyos/evidence-keys", baseUrl);
        const response = await fetch(url, { signal: o?.signal ?? null });
        if (!response.ok) throw await errorFrom(response);
        return response.text();
      },
    },
  };
}

const VERBS = { roll_back: gen.rollBackDeployment, pause: gen.pauseDeployment, redeploy: gen.redeployDeployment };
const TURNS = { isolate: gen.isolateService, release: gen.releaseService };
const STEPS = { acknowledge: gen.acknowledgeIncident, mitigate: gen.mitigateIncident, resolve: gen.resolveIncident };

export type IncidentStep = keyof typeof STEPS;
export type Api = ReturnType<typeof createApi>;

const data = async <T>(answer: Promise<{ data: T }>): Promise<T> => (await answer).data;

/** The answer with its ETag, to change exactly what was read. */
const tagged = async <T extends object>(answer: Promise<{ data: T; response: Response }>) => {
  const { data: read, response } = await answer;
  return { ...read, etag: response.headers.get("etag") ?? "*" };
};
