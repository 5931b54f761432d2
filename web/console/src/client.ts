import { type CompanyOS, type Context, createCompanyOS } from "@companyos/sdk";
import { parseSearch } from "@companyos/kit";

/** Where the browser is, as a path to come back to. */
export const here = () => location.pathname + location.search;

/** The context that the address bar names at this moment. */
export function contextOfUrl(): Context {
  const { tenant, env } = parseSearch(location.search);
  return { ...(tenant && { tenant }), ...(env && { environment: env }) };
}

export const client: CompanyOS = createCompanyOS({
  baseUrl: location.origin,
  clientId: "companyos-console",
  redirectUri: `${location.origin}/signed-in`,
  context: contextOfUrl,
  here,
  leave: (url) => location.assign(url),
});

export const signIn = () => client.auth.signIn({ returnTo: here(), context: contextOfUrl() });
