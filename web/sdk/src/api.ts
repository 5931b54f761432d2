import type { Page } from "./pagination";
import type { CallOptions, Transport } from "./transport";
import { read } from "./transport";
import type * as t from "./types";

type Query = Record<string, string | number | boolean | undefined>;

/** Every question and verb of CompanyOS, grouped by noun. `options` carries an AbortSignal or `resumeAs`. */
export function createApi(transport: Transport, base: string) {
  const url = (path: string, query: Query = {}) => {
    const wanted = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
    const search = new URLSearchParams(wanted.map(([name, value]) => [name, String(value)])).toString();
    return `${base}/api/v1${path}${search && `?${search}`}`;
  };
  const call = async <T>(method: string, path: string, query?: Query, body?: unknown, options: CallOptions = {}) => {
    const request = new Request(url(path, query), {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: options.signal ?? null,
    });
    return (await read(await transport.fetch(request, options))) as T;
  };
  const get = <T>(path: string, query?: Query, options?: CallOptions) => call<T>("GET", path, query, undefined, options);
  const post = <T>(path: string, body: unknown, options?: CallOptions) => call<T>("POST", path, undefined, body, options);
  const id = encodeURIComponent;

  return {
    me: (o?: CallOptions) => get<t.Me>("/me", {}, o),
    overview: (query: Query, o?: CallOptions) => get<t.Overview>("/console/overview", query, o),
    search: (query: { q: string; limit?: number }, o?: CallOptions) => get<{ items: t.Hit[]; total: number }>("/search", query, o),
    decide: (checks: Check[], o?: CallOptions) => post<{ decisions: t.Decision[] }>("/decisions", { checks }, o),
    decisions: (query: Query, o?: CallOptions) => get<Page<t.Decision & { id: string }>>("/decisions", query, o),
    services: {
      list: (query: Query, o?: CallOptions) => get<Page<t.Service>>("/services", query, o),
      get: (name: string, o?: CallOptions) => get<t.Service>(`/services/${id(name)}`, {}, o),
      dependencies: (name: string, o?: CallOptions) => get<t.Dependencies>(`/services/${id(name)}/dependencies`, {}, o),
    },
    deployments: {
      list: (query: Query, o?: CallOptions) => get<Page<t.Deployment>>("/deployments", query, o),
      get: (key: string, o?: CallOptions) => get<t.Deployment>(`/deployments/${id(key)}`, {}, o),
      preflight: (key: string, verb: t.DeploymentVerb, o?: CallOptions) => get<t.Preflight>(`/deployments/${id(key)}/preflight`, { verb }, o),
      act: (key: string, verb: t.DeploymentVerb, body: { reason: string; plan_hash: string }, o?: CallOptions) =>
        post<t.Receipt>(`/deployments/${id(key)}/${verb}`, body, o),
    },
    incidents: {
      list: (query: Query, o?: CallOptions) => get<Page<t.Incident>>("/incidents", query, o),
      get: (key: string, o?: CallOptions) => get<t.Incident>(`/incidents/${id(key)}`, {}, o),
      open: (body: NewIncident, o?: CallOptions) => post<t.Incident>("/incidents", body, o),
      act: (key: string, verb: IncidentVerb, body: object, o?: CallOptions) => post<t.Incident>(`/incidents/${id(key)}/${verb}`, body, o),
    },
    telemetry: {
      red: (query: Query, o?: CallOptions) => get<t.Red>("/telemetry/red", query, o),
      logs: (query: Query, o?: CallOptions) => get<Page<t.LogLine>>("/telemetry/logs", query, o),
      traces: (query: Query, o?: CallOptions) => get<Page<t.TraceSummary>>("/telemetry/traces", query, o),
      trace: (key: string, o?: CallOptions) => get<{ spans: t.Span[] }>(`/telemetry/traces/${id(key)}`, {}, o),
    },
    graph: {
      neighbours: (query: Query, o?: CallOptions) => get<t.Neighbours>("/graph/neighbours", query, o),
    },
    audit: {
      list: (query: Query, o?: CallOptions) => get<Page<t.AuditRecord>>("/audit", query, o),
      proof: (key: string, o?: CallOptions) => get<t.Proof>(`/audit/${id(key)}/proof`, {}, o),
      checkpoint: (o?: CallOptions) => get<t.Checkpoint>("/audit/checkpoint", {}, o),
    },
    policies: {
      list: (query: Query, o?: CallOptions) => get<Page<t.Policy>>("/policies", query, o),
      version: (o?: CallOptions) => get<{ version: string }>("/policies/version", {}, o),
    },
    identity: {
      tenants: (query: Query, o?: CallOptions) => get<Page<t.Tenant>>("/tenants", query, o),
      tenant: (slug: string, o?: CallOptions) => get<t.Tenant>(`/tenants/${id(slug)}`, {}, o),
      people: (query: Query, o?: CallOptions) => get<Page<t.Person>>("/people", query, o),
      roles: (o?: CallOptions) => get<Page<t.Role>>("/roles", {}, o),
      serviceAccounts: (query: Query, o?: CallOptions) => get<Page<t.ServiceAccount>>("/service-accounts", query, o),
    },
    evidence: {
      /** The evidence pack itself, a zip that `companyos evidence verify` checks without a server. */
      download: async (key: string, o: CallOptions = {}) =>
        (await transport.fetch(new Request(url(`/evidence/${id(key)}`)), o)).blob(),
    },
  };
}

export interface Check { action: string; type: string; id: string }
export type IncidentVerb = "acknowledge" | "mitigate" | "resolve" | "notes";
export interface NewIncident { title: string; severity: t.Severity; services: string[] }
export type Api = ReturnType<typeof createApi>;
