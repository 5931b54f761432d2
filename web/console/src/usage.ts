import {
  type Acting,
  routeOf,
  tellAct,
  tellFailure,
  tellPage,
  useCompanyOS,
  useContextOfUrl,
  useLoad,
} from "@companyos/kit";
import { MutationCache } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { client } from "./client";

export const SCOPE = "product_analytics";

/** What the person agreed to in the tenant of the URL: null until they were asked, undefined until it is known. */
export function useConsent(): boolean | null | undefined {
  const consents = useLoad(["consents"], (api, options) => api.consents.list(options), { frame: true });
  return consents.data?.items.find(({ scope }) => scope === SCOPE)?.given;
}

/** What was told last. Kept here, as the frame around the pages may be drawn anew on the way from one to the next. */
let told = { page: "", route: "" };

/** Tell which pages are looked at, as long as the person agrees. */
export function useUsage(): void {
  const known = useCompanyOS();
  const context = useContextOfUrl();
  const given = useConsent();
  // Address and route of one match: taken from the location, the address would change before the page does.
  const at = useRouterState({
    select: ({ matches }) => {
      const { pathname = "/", fullPath = "/" } = matches.at(-1) ?? {};
      return `${pathname} ${routeOf(fullPath)}`;
    },
  });
  const { tenant, environment } = context;

  useEffect(() => {
    if (given !== undefined) known.events.allow(context, given === true);
  }, [known, context, given]);

  useEffect(() => {
    const page = `${tenant}/${environment} ${at}`;
    if (given !== true || tenant === undefined || told.page === page) return;
    if (told.page === "") {
      const theme = document.documentElement.dataset["mantineColorScheme"] === "dark" ? "dark" : "light";
      known.events.tell("companyos.session_started", { theme });
    }
    const route = at.slice(at.indexOf(" ") + 1);
    tellPage(known, route, told.route);
    told = { page, route };
  }, [known, tenant, environment, given, at]);
}

/** Hears of every act of the console; those that say in `meta` which action they are, are told. */
export class Acts extends MutationCache {
  constructor(onError: (error: unknown) => void) {
    const nameOf = ({ action }: Acting = {}, what: unknown) =>
      typeof action === "function" ? action(what as never) : action;
    super({
      onSuccess: (_, what, __, { meta, state }) => {
        const action = nameOf(meta, what);
        if (action) tellAct(client, action, "done", Date.now() - state.submittedAt);
      },
      onError: (error, what, _, { meta, state }) => {
        onError(error);
        const action = nameOf(meta, what);
        if (action) tellFailure(client, action, error, Date.now() - state.submittedAt);
      },
    });
  }
}
