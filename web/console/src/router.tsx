import { CARRIED, Failure, NotFound, parseSearch, stringifySearch } from "@companyos/kit";
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from "@tanstack/react-router";
import { Alone } from "./Alone";
import { Gate } from "./Gate";
import { routes } from "./domains";

const root = createRootRoute({
  component: Gate,
  errorComponent: ({ error }) => (
    <Alone>
      <Failure error={error} onRetry={() => location.reload()} />
    </Alone>
  ),
  validateSearch: (search: Record<string, unknown>) => search as Record<string, string | undefined>,
  search: { middlewares: [retainSearchParams([...CARRIED])] },
});

const pages = routes.map(({ path, load }) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) }),
);
/** Every other address: it stays in the address bar, while tenant and environment are written behind it. */
const elsewhere = createRoute({ getParentRoute: () => root, path: "$", component: () => <NotFound /> });

export const router = createRouter({
  routeTree: root.addChildren([...pages, elsewhere]),
  parseSearch,
  stringifySearch,
  defaultErrorComponent: ({ error }) => <Failure error={error} onRetry={() => location.reload()} />,
  defaultPreload: "intent",
  defaultStructuralSharing: true, // what stayed the same is the same, and renders nothing anew
  scrollRestoration: true,
});
