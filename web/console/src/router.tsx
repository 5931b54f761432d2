import { CARRIED, Failure, NotFound, parseSearch, stringifySearch } from "@companyos/kit";
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, retainSearchParams } from "@tanstack/react-router";
import { Gate } from "./Gate";
import { routes } from "./domains";

const root = createRootRoute({
  component: Gate,
  notFoundComponent: () => <NotFound />,
  errorComponent: ({ error }) => <div className="pad"><Failure error={error} /></div>,
  validateSearch: (search: Record<string, unknown>) => search as Record<string, string | undefined>,
  search: { middlewares: [retainSearchParams([...CARRIED])] },
});

const pages = routes.map(({ path, load }) => createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) }));

export const router = createRouter({
  routeTree: root.addChildren(pages),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  scrollRestoration: true,
});
