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

/** How the product is used and how services do, in numbers; and the visits that the numbers are made of. */
export const reports = (via: Via) => ({
  adoption: (query: shape.GetAdoptionData["query"], o?: CallOptions) => data(gen.getAdoption({ query, ...via(o) })),
  /** The own tenant beside those that granted a span of control. */
  tenants: (query: shape.GetAdoptionByTenantData["query"], o?: CallOptions) =>
    data(gen.getAdoptionByTenant({ query, ...via(o) })),
  activity: (query: shape.GetActiveUseData["query"], o?: CallOptions) => data(gen.getActiveUse({ query, ...via(o) })),
  retention: (query: shape.GetRetentionData["query"], o?: CallOptions) => data(gen.getRetention({ query, ...via(o) })),
  funnel: (query: shape.GetFunnelData["query"], o?: CallOptions) => data(gen.getFunnel({ query, ...via(o) })),
  ribbon: (query: shape.GetRibbonData["query"], o?: CallOptions) => data(gen.getRibbon({ query, ...via(o) })),
  visits: (query: shape.ListVisitsData["query"], o?: CallOptions) => data(gen.listVisits({ query, ...via(o) })),
  visit: (session: string, query: shape.GetVisitData["query"], o?: CallOptions) =>
    data(gen.getVisit({ path: { session }, query, ...via(o) })),
  services: (o?: CallOptions) => data(gen.listServiceKpis(via(o))),
  service: (name: string, query: shape.GetServiceKpisData["query"], o?: CallOptions) =>
    data(gen.getServiceKpis({ path: { name }, query, ...via(o) })),
});

const data = async <T>(answer: Promise<{ data: T }>): Promise<T> => (await answer).data;
