import { CompanyOSError, SignedOut } from "@companyos/sdk";
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { signIn } from "./client";
import { Acts } from "./usage";

/** A session that ended sends the person to sign in, and back to where they were. */
const onError = (error: unknown) => {
  if (error instanceof SignedOut) void signIn();
};

const passing = (error: unknown) => error instanceof CompanyOSError && (error.status === 0 || error.status >= 502);

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new Acts(onError),
  defaultOptions: {
    // "always": what is asked while the browser is offline fails and says so; no act waits unseen until it is back.
    queries: { networkMode: "always", staleTime: 10_000, retry: (times, error) => times < 2 && passing(error) },
    mutations: { networkMode: "always", retry: false },
  },
});
