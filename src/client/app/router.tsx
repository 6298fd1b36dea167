import { type QueryClient, useQuery, useQueryErrorResetBoundary } from "@tanstack/react-query";
import {
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  useRouter,
  type ErrorComponentProps,
  Navigate,
} from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { FlowListPage } from "#client/features/flow-list/flow-list-page.tsx";
import {
  type FlowListSearchParamsChanger,
  omitDefaultSearchParams,
  parseFlowListSearchParams,
  toFlowFilters,
} from "#client/features/flow-list/flow-list-search-params.ts";
import { isCurrentPage } from "#client/page/current-page.ts";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { editorRoutes } from "./editor-routes.tsx";
import { ignoreFailedLoaderQuery, rootRoute, loadPageCode } from "./root-route.tsx";
import { parseUrlSearchParamsAsText, stringifyUrlSearchParams } from "#client/page/url-search-params.ts";
import { type RunFilters, parseRunFilters } from "#client/data/queries/run-filters.ts";
import type { BatchSearchParams } from "#client/flow/execution/batch-search-params.ts";
import type { ScheduleListSearchParams } from "#client/data/queries/schedule-filters.ts";
import { recordQueries } from "#client/data/queries/record-queries.ts";
import {
  type ChangeRecordListSearchParams,
  parseRecordListSearchParams,
} from "#client/features/records/record-list-search-params.ts";
import {
  ApiError,
  isRetryableError,
  describeRequestErrorForUser,
  isSignInRequiredError,
} from "#client/data/api/api-error.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { AllFlowsLink } from "#client/page/all-flows-link.tsx";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";

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
    context.queryClient.infiniteQuery(flowQueries.list(toFlowFilters(deps))).catch(ignoreFailedLoaderQuery);
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
      const current = parseFlowListSearchParams(router.latestLocation.search);
      void navigate({ search: omitDefaultSearchParams(change(current)), replace, resetScroll: true });
    },
    [router, navigate],
  );
  return <FlowListPage address={address} onAddressChange={changeAddress} />;
}

const loadEnvironmentPage = () =>
  loadPageCode(() => import("#client/features/environment/environment-page.tsx"));
const EnvironmentPage = lazyRouteComponent(loadEnvironmentPage, "EnvironmentPage");

const environmentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/environment",
  loader: async ({ context, preload }) => {
    const { loadEnvironment } = await loadEnvironmentPage();
    if (!preload) loadEnvironment(context.queryClient).catch(ignoreFailedLoaderQuery);
  },
  component: EnvironmentPage,
});

const loadRunsPage = () => loadPageCode(() => import("#client/features/runs/runs-page.tsx"));
const RunsPage = lazyRouteComponent(loadRunsPage, "RunsPage");

// The page reads the parameters of both routes: its code is not part of the first page.
const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs",
  validateSearch: (params: Record<string, unknown>): RunFilters & { readonly view?: string } => params,
  loader: async ({ context, location: { pathname, search }, preload }) => {
    const { loadRuns } = await loadPageCode(() => import("#client/data/queries/run-queries.ts"));
    if (pathname === "/runs" && !preload)
      loadRuns(context.queryClient, undefined, parseRunFilters(search)).catch(ignoreFailedLoaderQuery);
    await RunsPage.preload?.();
  },
  component: RunsPage,
});

// A child route, so that the page knows to which row the user returns.
const runRoute = createRoute({
  getParentRoute: () => runsRoute,
  path: "$batchId",
  validateSearch: (params: Record<string, unknown>): BatchSearchParams => params,
  loader: async ({ context, params }) => {
    const { loadRun } = await loadPageCode(() => import("#client/flow/execution/lazy-batch-page.tsx"));
    await loadRun(context.queryClient, undefined, params.batchId);
  },
});

const loadSchedulesPage = () => loadPageCode(() => import("#client/features/runs/schedules-page.tsx"));
const SchedulesPage = lazyRouteComponent(loadSchedulesPage, "SchedulesPage");

const schedulesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/schedules",
  // The page reads the parameters: its code is not part of the first page.
  validateSearch: (params: Record<string, unknown>): ScheduleListSearchParams => params,
  loader: async ({ context, location, preload }) => {
    const { loadSchedules } = await loadSchedulesPage();
    if (!preload) loadSchedules(context.queryClient, location.search).catch(ignoreFailedLoaderQuery);
  },
  component: SchedulesPage,
});

const AlertsPage = lazyRouteComponent(
  () => loadPageCode(() => import("#client/features/runs/alerts-page.tsx")),
  "AlertsPage",
);

const alertsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/alerts",
  loader: () => AlertsPage.preload?.(),
  component: AlertsPage,
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
  return <SkeletonRows label="Loading page" isPage />;
}

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: rootRoute.addChildren([
      homeRoute,
      flowListRoute,
      editorRoutes,
      ...recordRoutes,
      environmentRoute,
      runsRoute.addChildren([runRoute]),
      schedulesRoute,
      alertsRoute,
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

const RecordTypesPage = lazyRouteComponent(
  () => loadPageCode(() => import("#client/features/records/record-types-page.tsx")),
  "RecordTypesPage",
);

const recordTypesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/records",
  validateSearch: (params: Record<string, unknown>) => {
    const { record } = parseRecordListSearchParams(params);
    return record === undefined ? {} : { record };
  },
  loader: async ({ context: { queryClient }, preload }) => {
    const capabilities = queryClient.query(serverCapabilityQueries.current());
    // Features that the API lacks are remembered only once the server is known.
    const read = async () => preload || queryClient.query(recordQueries.types());
    capabilities.then(read).catch(ignoreFailedLoaderQuery);
    await RecordTypesPage.preload?.();
  },
  component: RecordTypesRoute,
});

function RecordTypesRoute() {
  const address = recordTypesRoute.useSearch();
  const navigate = recordTypesRoute.useNavigate();
  const router = useRouter();
  const isCurrent = () => isCurrentPage(router, "/records");
  return (
    <RecordTypesPage
      address={address}
      onAddressChange={(change) => {
        const { record } = change(parseRecordListSearchParams(router.latestLocation.search));
        if (isCurrent())
          void navigate({ search: record === undefined ? {} : { record }, resetScroll: false });
      }}
      onOpenType={(type) => {
        if (isCurrent()) void navigate({ to: "/records/$type", params: { type } });
      }}
    />
  );
}

const RecordListPage = lazyRouteComponent(
  () => loadPageCode(() => import("#client/features/records/record-list-page.tsx")),
  "RecordListPage",
);

const recordListRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/records/$type",
  validateSearch: parseRecordListSearchParams,
  loaderDeps: ({ search }) => ({ search: search.search }),
  loader: async ({ context, params, deps }) => {
    const filters = { type: params.type, search: deps.search };
    context.queryClient.infiniteQuery(recordQueries.list(filters)).catch(ignoreFailedLoaderQuery);
    await RecordListPage.preload?.();
  },
  component: RecordListRoute,
});

function RecordListRoute() {
  const { type } = recordListRoute.useParams();
  const address = recordListRoute.useSearch();
  const navigate = recordListRoute.useNavigate();
  const router = useRouter();
  const changeAddress: ChangeRecordListSearchParams = (change, { replace }) => {
    const { pathname } = router.buildLocation({ to: "/records/$type", params: { type } });
    if (!isCurrentPage(router, pathname)) return;
    const current = parseRecordListSearchParams(router.latestLocation.search);
    const next = parseRecordListSearchParams({ ...change(current) });
    void navigate({ search: next, replace, resetScroll: next.search !== current.search });
  };
  return <RecordListPage key={type} type={type} address={address} onAddressChange={changeAddress} />;
}

const recordRoutes = [recordTypesRoute, recordListRoute] as const;

function RouteErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const [retrying, setRetrying] = useState(false);
  useDocumentTitle("Something went wrong");

  const status = error instanceof ApiError ? error.status : undefined;
  if (isSignInRequiredError(error) && server?.auth === "required")
    return <Navigate to="/sign-in" search={{ next: router.state.location.href }} replace />;

  const retry = async () => {
    setRetrying(true);
    queries.reset();
    await router.invalidate();
    reset();
    setRetrying(false);
  };
  return (
    <ErrorState
      headingLevel={1}
      title={status === 404 ? "Flow not found" : "Couldn’t load this page"}
      text={describeRequestErrorForUser(error)}
      retrying={retrying}
      {...(isRetryableError(error) && { onRetry: () => void retry() })}
      action={
        <>
          <AllFlowsLink />
          <UpgradeLink error={error} />
        </>
      }
    />
  );
}
