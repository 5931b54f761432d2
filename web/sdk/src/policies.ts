import type { Client } from "./gen/client";
import * as gen from "./gen/sdk.gen";
import type * as shape from "./gen/types.gen";
import type { CallOptions } from "./transport";

/** How the generated functions reach the server; see `api.ts`. */
type Via = (options?: CallOptions) => {
  client: Client;
  throwOnError: true;
  signal: AbortSignal | null;
  fetch: typeof fetch;
};

/** The policies that decide, and those that a tenant proposes and applies itself. */
export const policies = (via: Via) => ({
  list: (query: shape.ListPoliciesData["query"], o?: CallOptions) => data(gen.listPolicies({ query, ...via(o) })),
  version: (o?: CallOptions) => data(gen.getPolicyVersion(via(o))),
  /** The tenant's own policies as they are in force. */
  set: (o?: CallOptions) => data(gen.getPolicySet(via(o))),
  versions: (query: shape.ListPolicySetVersionsData["query"], o?: CallOptions) =>
    data(gen.listPolicySetVersions({ query, ...via(o) })),
  versionOf: (number: number, o?: CallOptions) => data(gen.getPolicySetVersion({ path: { number }, ...via(o) })),
  proposals: (query: shape.ListPolicyProposalsData["query"], o?: CallOptions) =>
    data(gen.listPolicyProposals({ query, ...via(o) })),
  proposal: (id: string, o?: CallOptions) => data(gen.getPolicyProposal({ path: { id }, ...via(o) })),
  /** Either a text or the number of an earlier version. */
  propose: (body: shape.ProposePoliciesData["body"], o?: CallOptions) => data(gen.proposePolicies({ body, ...via(o) })),
  simulate: (body: shape.SimulatePoliciesData["body"], o?: CallOptions) =>
    data(gen.simulatePolicies({ body, ...via(o) })),
  withdraw: (id: string, o?: CallOptions) => data(gen.withdrawPolicyProposal({ path: { id }, ...via(o) })),
  apply: (id: string, body: shape.ApplyPolicyProposalData["body"], o?: CallOptions) =>
    data(gen.applyPolicyProposal({ path: { id }, body, ...via(o) })),
});

const data = async <T>(answer: Promise<{ data: T }>): Promise<T> => (await answer).data;
