import type { Api, CallOptions, CompanyOS, Context, Me, Page } from "@companyos/sdk";
import { type UseQueryResult, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo } from "react";
import { readsOf } from "./reads";
import { useWords } from "./url";

const Client = createContext<CompanyOS | null>(null);
const Person = createContext<Me | null>(null);
export const CompanyOSProvider = Client.Provider;
export const MeProvider = Person.Provider;

/** The SDK of this console. */
export function useCompanyOS(): CompanyOS {
  const client = useContext(Client);
  if (!client) throw new Error("useCompanyOS outside of CompanyOSProvider");
  return client;
}

/** Who is signed in, and for what. */
export function useMe(): Me {
  const me = useContext(Person);
  if (!me) throw new Error("useMe outside of MeProvider");
  return me;
}

/** The context that the URL names. */
export function useContextOfUrl(): Context {
  const { tenant, env } = useWords();
  return useMemo(() => ({ ...(tenant && { tenant }), ...(env && { environment: env }) }), [tenant, env]);
}

type Ask<T> = (api: Api, options: CallOptions) => Promise<T>;
export interface LoadOptions {
  enabled?: boolean;
  /** Milliseconds between refreshes of what no event announces, such as telemetry. */
  every?: number;
  /** It belongs to the frame around every page, and is not what a page shows. */
  frame?: boolean;
}

/** Ask CompanyOS something in the context of the URL; cancelled when nobody looks any more. */
export function useLoad<T>(
  key: readonly unknown[],
  ask: Ask<T>,
  { enabled = true, every, frame = false }: LoadOptions = {},
): UseQueryResult<T> {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  return useQuery({
    queryKey: [context, ...key],
    queryFn: ({ signal, queryKey }) => ask(api, { signal, context, onRead: readsOf(queryKey) }),
    enabled,
    meta: { frame },
    ...(every === undefined ? {} : { refetchInterval: every }),
  });
}

/** Ask for a list page by page; `data` is the flat list of what has come so far. */
export function useList<T>(
  key: readonly unknown[],
  ask: (api: Api, cursor: string | undefined, options: CallOptions) => Promise<Page<T>>,
  { enabled = true }: LoadOptions = {},
) {
  const { api } = useCompanyOS();
  const context = useContextOfUrl();
  return useInfiniteQuery({
    queryKey: [context, ...key],
    queryFn: ({ signal, pageParam, queryKey }) =>
      ask(api, pageParam, { signal, context, onRead: readsOf(queryKey, pageParam !== undefined) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page<T>) => page.next ?? undefined,
    select: ({ pages }) => pages.flatMap((page) => page.items),
    enabled,
  });
}
