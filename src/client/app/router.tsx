import type { QueryClient } from "@tanstack/react-query";
import { createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { flowQueries } from "#client/data/flow-queries.ts";
import { FlowListPage } from "#client/features/flow-list/flow-list-page.tsx";
import { readListAddress, toListFilters } from "#client/features/flow-list/list-address.ts";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { editorRoutes } from "./editor-routes.tsx";
import { recordRoutes } from "./record-routes.tsx";
import { ignore, rootRoute } from "./root-route.tsx";
import { RouteError } from "./route-error.tsx";
import { parseSearch, stringifySearch } from "./search-codec.ts";

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/flows", replace: true });
  },
});

const flowListRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/flows",
  validateSearch: readListAddress,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => {
    context.queryClient.infiniteQuery(flowQueries.list(toListFilters(deps))).catch(ignore);
  },
  component: FlowListRoute,
});

function FlowListRoute() {
  const address = flowListRoute.useSearch();
  const navigate = flowListRoute.useNavigate();
  return (
    <FlowListPage
      address={address}
      onAddressChange={(search, { replace }) => void navigate({ search, replace, resetScroll: true })}
    />
  );
}

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: ({ next }: Record<string, unknown>): { readonly next?: string } =>
    typeof next === "string" && next !== "" ? { next } : {},
  component: SignInRoute,
});

const SignInPage = lazyRouteComponent(
  () => import("#client/features/sign-in/sign-in-page.tsx"),
  "SignInPage",
);

function SignInRoute() {
  return <SignInPage next={signInRoute.useSearch().next} />;
}

function PendingPage() {
  return (
    <div className="mx-auto w-full max-w-7xl px-3 py-6 sm:px-6">
      <SkeletonRows label="Loading the page" isPage />
    </div>
  );
}

/** Every address of the dashboard. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: rootRoute.addChildren([homeRoute, flowListRoute, editorRoutes, ...recordRoutes, signInRoute]),
    context: { queryClient },
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    defaultPreload: "intent",
    defaultPreloadDelay: 60,
    // The query cache knows what is fresh; the router asks it every time.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 200,
    defaultPendingMinMs: 200,
    defaultPendingComponent: PendingPage,
    defaultErrorComponent: RouteError,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
