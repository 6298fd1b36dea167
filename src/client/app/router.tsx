import type { QueryClient } from "@tanstack/react-query";
import { createRoute, createRouter, lazyRouteComponent, redirect, useRouter } from "@tanstack/react-router";
import { useCallback } from "react";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { FlowListPage } from "#client/features/flow-list/flow-list-page.tsx";
import {
  type FlowListSearchParamsChanger,
  omitDefaultFlowListSearchParams,
  parseFlowListSearchParams,
  convertSearchParamsToFlowFilters,
} from "#client/features/flow-list/list-address.ts";
import { isCurrentPage } from "#client/flow/current-page.ts";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { editorRoutes } from "./editor-routes.tsx";
import { recordRoutes } from "./record-routes.tsx";
import { ignoreFailedLoaderQuery, rootRoute } from "./layout.tsx";
import { loadPageCode } from "./load-page-code.ts";
import { RouteErrorPage } from "./route-error.tsx";
import { parseUrlSearchParamsAsText, stringifyUrlSearchParams } from "#client/flow/search-codec.ts";

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
  validateSearch: parseFlowListSearchParams,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => {
    context.queryClient
      .infiniteQuery(flowQueries.list(convertSearchParamsToFlowFilters(deps)))
      .catch(ignoreFailedLoaderQuery);
  },
  component: FlowListRoute,
});

function FlowListRoute() {
  const address = flowListRoute.useSearch();
  const navigate = flowListRoute.useNavigate();
  const router = useRouter();
  const changeAddress = useCallback<FlowListSearchParamsChanger>(
    (change, { replace }) => {
      if (!isCurrentPage(router, "/flows")) return;
      const now = parseFlowListSearchParams(router.latestLocation.search);
      void navigate({ search: omitDefaultFlowListSearchParams(change(now)), replace, resetScroll: true });
    },
    [router, navigate],
  );
  return <FlowListPage address={address} onAddressChange={changeAddress} />;
}

const EnvironmentPage = lazyRouteComponent(
  () => loadPageCode(() => import("#client/features/environment/environment-page.tsx")),
  "EnvironmentPage",
);

const environmentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/environment",
  loader: () => EnvironmentPage.preload?.(),
  component: EnvironmentPage,
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: ({ next }: Record<string, unknown>): { readonly next?: string } =>
    typeof next === "string" && next !== "" ? { next } : {},
  component: SignInRoute,
});

const SignInPage = lazyRouteComponent(
  () => loadPageCode(() => import("#client/features/sign-in/sign-in-page.tsx")),
  "SignInPage",
);

function SignInRoute() {
  return <SignInPage next={signInRoute.useSearch().next} />;
}

function PendingPage() {
  return (
    <div className="mx-auto w-full max-w-7xl px-3 py-6 sm:px-6">
      <SkeletonRows label="Loading page" isPage />
    </div>
  );
}

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: rootRoute.addChildren([
      homeRoute,
      flowListRoute,
      editorRoutes,
      ...recordRoutes,
      environmentRoute,
      signInRoute,
    ]),
    context: { queryClient },
    parseSearch: parseUrlSearchParamsAsText,
    stringifySearch: stringifyUrlSearchParams,
    scrollRestoration: true,
    defaultPreload: "intent",
    defaultPreloadDelay: 60,
    // The router must not cache: the query cache decides what is stale.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 200,
    defaultPendingMinMs: 200,
    defaultPendingComponent: PendingPage,
    defaultErrorComponent: RouteErrorPage,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
