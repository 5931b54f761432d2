/** What a call is about: one tenant and one environment of it. Tokens are minted for exactly one context. */
export interface Context {
  tenant?: string;
  environment?: string;
}

/** The headers that name the context; the server refuses them when the token does not span it. */
export function contextHeaders({ tenant, environment }: Context): Record<string, string> {
  const headers: Record<string, string> = {};
  if (tenant) headers["CompanyOS-Tenant"] = tenant;
  if (environment) headers["CompanyOS-Environment"] = environment;
  return headers;
}

/** One word per context, to keep tokens of different contexts apart. */
export const contextKey = ({ tenant = "", environment = "" }: Context) => `${tenant}/${environment}`;
