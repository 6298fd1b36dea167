import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  useMatch,
  useNavigate,
} from "@tanstack/react-router";
import { useCallback } from "react";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import { recordQueries } from "#client/data/record-queries.ts";
import { versionQueries } from "#client/data/version-queries.ts";
import {
  type RunsPlace,
  readBatchSearch,
  readResultSearch,
} from "#client/features/flow-editor/runs/runs-address.ts";
import {
  type VersionsPlace,
  readCompareSearch,
  readListSearch,
  toComparison,
} from "#client/features/flow-editor/versions/versions-address.ts";
import { FlowListPage } from "#client/features/flow-list/flow-list-page.tsx";
import { readListAddress, toListFilters } from "#client/features/flow-list/list-address.ts";
import { readRecordsSearch } from "#client/features/records/records-address.ts";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { Layout } from "./layout.tsx";
import { NotFoundPage } from "./not-found-page.tsx";
import { RouteError } from "./route-error.tsx";
import { parseSearch, stringifySearch } from "./search-codec.ts";

// Loaders only start their queries: the page, which asks for the same ones, shows what there is meanwhile and what failed.
const ignore = () => undefined;

const rootRoute = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({
  loader: ({ context }) => {
    context.queryClient.query(capabilityQueries.current()).catch(ignore);
  },
  component: Layout,
  notFoundComponent: NotFoundPage,
});

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

const loadEditor = () => import("#client/features/flow-editor/flow-editor-page.tsx");
const FlowEditorPage = lazyRouteComponent(loadEditor, "FlowEditorPage");

const flowEditorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/flows/$flowId",
  validateSearch: ({ step }: Record<string, unknown>): { readonly step?: string } =>
    typeof step === "string" && step !== "" ? { step } : {},
  loader: async ({ context, params }) => {
    context.queryClient.query(flowQueries.detail(params.flowId)).catch(ignore);
    await FlowEditorPage.preload?.();
  },
  component: FlowEditorRoute,
});

// The views of an open flow are addresses inside its own: going from one to another keeps the editor, edits and all.
const flowStepsRoute = createRoute({ getParentRoute: () => flowEditorRoute, path: "/" });
const flowJsonRoute = createRoute({ getParentRoute: () => flowEditorRoute, path: "json" });

const flowVersionsRoute = createRoute({
  getParentRoute: () => flowEditorRoute,
  path: "versions",
  validateSearch: readListSearch,
  loaderDeps: ({ search }) => ({ type: search.type }),
  loader: ({ context, params, deps }) => {
    context.queryClient.infiniteQuery(versionQueries.list(params.flowId, deps.type)).catch(ignore);
  },
});

const flowVersionRoute = createRoute({
  getParentRoute: () => flowEditorRoute,
  path: "versions/$versionId",
  loader: ({ context, params }) => {
    context.queryClient.query(versionQueries.detail(params.flowId, params.versionId)).catch(ignore);
  },
});

const flowCompareRoute = createRoute({
  getParentRoute: () => flowEditorRoute,
  path: "versions/compare",
  validateSearch: readCompareSearch,
});

const flowRunsRoute = createRoute({ getParentRoute: () => flowEditorRoute, path: "runs" });

const flowRunRoute = createRoute({
  getParentRoute: () => flowEditorRoute,
  path: "runs/$batchId",
  validateSearch: readBatchSearch,
});

const flowResultsRoute = createRoute({
  getParentRoute: () => flowEditorRoute,
  path: "runs/steps",
  validateSearch: readResultSearch,
});

/** Undefined where the address is that of another view. */
function useRunsPlace(): RunsPlace | undefined {
  const isList = useMatch({ from: flowRunsRoute.id, shouldThrow: false }) !== undefined;
  const results = useMatch({
    from: flowResultsRoute.id,
    shouldThrow: false,
    select: ({ search: { step: _step, ...filters } }) => filters,
  });
  const opened = useMatch({
    from: flowRunRoute.id,
    shouldThrow: false,
    select: ({ params, search: { step: _step, ...search } }) => ({ batchId: params.batchId, ...search }),
  });
  if (isList) return { type: "batches" };
  if (results) return { type: "results", filters: results };
  return opened && { type: "batch", ...opened };
}

/** Undefined where the address is that of another view. */
function useVersionsPlace(): VersionsPlace | undefined {
  const list = useMatch({ from: flowVersionsRoute.id, shouldThrow: false, select: ({ search }) => search });
  const compared = useMatch({
    from: flowCompareRoute.id,
    shouldThrow: false,
    select: ({ search }) => search,
  });
  const opened = useMatch({ from: flowVersionRoute.id, shouldThrow: false, select: ({ params }) => params });
  if (list) return { type: "list", filter: list.type };
  if (compared) return { type: "compare", ...toComparison(compared) };
  return opened && { type: "version", versionId: opened.versionId };
}

function FlowEditorRoute() {
  const { flowId } = flowEditorRoute.useParams();
  const { step } = flowEditorRoute.useSearch();
  const isJson = useMatch({ from: flowJsonRoute.id, shouldThrow: false }) !== undefined;
  const versions = useVersionsPlace();
  const runs = useRunsPlace();
  // Without a route of its own: what is selected is written into the address of whichever view there is.
  const navigate = useNavigate();
  const selectStep = useCallback(
    (key: string | undefined) =>
      // One entry of the history per page, not per step looked at.
      void navigate({
        to: ".",
        search: ({ step: _step, ...rest }) => ({ ...rest, ...(key !== undefined && { step: key }) }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return (
    <FlowEditorPage
      key={flowId}
      flowId={flowId}
      tab={versions ? "versions" : runs ? "runs" : isJson ? "json" : "steps"}
      versions={versions}
      runs={runs}
      selectedStep={step}
      onSelectStep={selectStep}
    />
  );
}

const RecordTypesPage = lazyRouteComponent(
  () => import("#client/features/records/record-types-page.tsx"),
  "RecordTypesPage",
);

const recordTypesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/records",
  validateSearch: (params: Record<string, unknown>) => {
    const { record } = readRecordsSearch(params);
    return record === undefined ? {} : { record };
  },
  loader: () => RecordTypesPage.preload?.(),
  component: RecordTypesRoute,
});

function RecordTypesRoute() {
  const address = recordTypesRoute.useSearch();
  const navigate = recordTypesRoute.useNavigate();
  return (
    <RecordTypesPage
      address={address}
      onAddressChange={(search) => void navigate({ search, resetScroll: false })}
      onOpenType={(type) => void navigate({ to: "/records/$type", params: { type } })}
    />
  );
}

const RecordListPage = lazyRouteComponent(
  () => import("#client/features/records/record-list-page.tsx"),
  "RecordListPage",
);

const recordListRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/records/$type",
  validateSearch: readRecordsSearch,
  loaderDeps: ({ search }) => ({ search: search.search }),
  loader: async ({ context, params, deps }) => {
    const filters = { type: params.type, search: deps.search };
    context.queryClient.infiniteQuery(recordQueries.list(filters)).catch(ignore);
    await RecordListPage.preload?.();
  },
  component: RecordListRoute,
});

function RecordListRoute() {
  const { type } = recordListRoute.useParams();
  const address = recordListRoute.useSearch();
  const navigate = recordListRoute.useNavigate();
  return (
    <RecordListPage
      key={type}
      type={type}
      address={address}
      onAddressChange={(search, { replace }) =>
        // What opens over the list leaves it where it is; another question begins at its top.
        void navigate({ search, replace, resetScroll: search.search !== address.search })
      }
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
      <SkeletonRows label="Loading the page" />
    </div>
  );
}

/** Every address of the dashboard. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: rootRoute.addChildren([
      homeRoute,
      flowListRoute,
      flowEditorRoute.addChildren([
        flowStepsRoute,
        flowJsonRoute,
        flowVersionsRoute,
        flowVersionRoute,
        flowCompareRoute,
        flowRunsRoute,
        flowRunRoute,
        flowResultsRoute,
      ]),
      recordTypesRoute,
      recordListRoute,
      signInRoute,
    ]),
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
