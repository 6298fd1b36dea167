import { createRoute, lazyRouteComponent, useMatch, useNavigate, useRouter } from "@tanstack/react-router";
import { useCallback } from "react";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { type RunsTabRoute, parseStepResultFilters } from "#client/editor/runs/runs-tab-route.ts";
import { parseBatchSearchParams } from "#client/flow/execution/batch-search-params.ts";
import { parseRunFilters } from "#client/data/queries/run-filters.ts";
import {
  type VersionsTabRoute,
  parseComparisonSearchParams,
  parseVersionListSearchParams,
  toVersionComparison,
} from "#client/editor/versions/versions-tab-route.ts";
import type { FlowTabName } from "#client/editor/session/flow-tabs.tsx";
import { isCurrentPage } from "#client/page/current-page.ts";
import { ignoreFailedLoaderQuery, rootRoute, loadPageCode } from "./root-route.tsx";

const loadEditor = () => loadPageCode(() => import("#client/editor/shell/flow-editor-page.tsx"));
const FlowEditorPage = lazyRouteComponent(loadEditor, "FlowEditorPage");

// Loads lazily, because few visits open the views of versions.
const loadVersionQueries = async () =>
  (await import("#client/data/queries/version-queries.ts")).versionQueries;

const flowEditorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/flows/$flowId",
  validateSearch: ({ step }: Record<string, unknown>): { readonly step?: string } =>
    typeof step === "string" && step !== "" ? { step } : {},
  loader: async ({ context, params }) => {
    context.queryClient.query(flowQueries.detail(params.flowId)).catch(ignoreFailedLoaderQuery);
    await FlowEditorPage.preload?.();
  },
  component: FlowEditorRoute,
});

// As child routes, so that switching between the views does not unmount the editor and its edits.
const flowStepsRoute = createRoute({ getParentRoute: () => flowEditorRoute, path: "/" });
const flowJsonRoute = createRoute({ getParentRoute: () => flowEditorRoute, path: "json" });

const flowVersionsRoute = createRoute({
  getParentRoute: () => flowEditorRoute,
  path: "versions",
  validateSearch: parseVersionListSearchParams,
  loaderDeps: ({ search }) => ({ type: search.type }),
  loader: ({ context: { queryClient }, params: { flowId }, deps: { type } }) => {
    loadVersionQueries()
      .then((versions) => queryClient.infiniteQuery(versions.list(flowId, type)))
      .catch(ignoreFailedLoaderQuery);
  },
});

const flowVersionRoute = createRoute({
  getParentRoute: () => flowEditorRoute,
  path: "versions/$versionId",
  loader: ({ context: { queryClient }, params: { flowId, versionId } }) => {
    loadVersionQueries()
      .then((versions) => queryClient.query(versions.detail(flowId, versionId)))
      .catch(ignoreFailedLoaderQuery);
  },
});

const flowCompareRoute = createRoute({
  getParentRoute: () => flowEditorRoute,
  path: "versions/compare",
  validateSearch: parseComparisonSearchParams,
});

/** So that a page that opens with the tab renders it at once. The editor keeps all edits if this fails. */
const loadRunsTab = () => loadEditor().then((editor) => editor.loadRunsTab(), ignoreFailedLoaderQuery);

const flowRunsRoute = createRoute({
  getParentRoute: () => flowEditorRoute,
  path: "runs",
  // The tab shows at once that it loads.
  pendingMs: 0,
  validateSearch: parseRunFilters,
  loader: async ({ context: { queryClient }, params: { flowId }, location: { search }, preload }) => {
    const code = loadRunsTab();
    const queries = await import("#client/data/queries/run-queries.ts").catch(ignoreFailedLoaderQuery);
    // A connected API answers with several requests, which count: not before the user asks.
    if (!preload)
      queries?.loadRuns(queryClient, flowId, parseRunFilters(search)).catch(ignoreFailedLoaderQuery);
    await code;
  },
});

const flowRunRoute = createRoute({
  getParentRoute: () => flowEditorRoute,
  path: "runs/$batchId",
  validateSearch: parseBatchSearchParams,
  pendingMs: 0,
  loader: async ({ context: { queryClient }, params: { flowId, batchId }, preload }) => {
    const code = loadRunsTab();
    await import("#client/flow/execution/lazy-batch-page.tsx")
      .then(({ LazyBatchPage, loadRun }) =>
        preload ? LazyBatchPage.load() : loadRun(queryClient, flowId, batchId),
      )
      .catch(ignoreFailedLoaderQuery);
    await code;
  },
});

const flowResultsRoute = createRoute({
  getParentRoute: () => flowEditorRoute,
  path: "runs/steps",
  validateSearch: parseStepResultFilters,
});

function useRunsPlace(): RunsTabRoute | undefined {
  const list = useMatch({
    from: flowRunsRoute.id,
    shouldThrow: false,
    select: ({ search: { step: _step, ...filters } }) => filters,
  });
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
  if (list) return { type: "batches", filters: list };
  if (results) return { type: "results", filters: results };
  return opened && { type: "batch", ...opened };
}

function useVersionsPlace(): VersionsTabRoute | undefined {
  const list = useMatch({ from: flowVersionsRoute.id, shouldThrow: false, select: ({ search }) => search });
  const compared = useMatch({
    from: flowCompareRoute.id,
    shouldThrow: false,
    select: ({ search }) => search,
  });
  const opened = useMatch({ from: flowVersionRoute.id, shouldThrow: false, select: ({ params }) => params });
  if (list) return { type: "list", filter: list.type };
  if (compared) return { type: "compare", ...toVersionComparison(compared) };
  return opened && { type: "version", versionId: opened.versionId };
}

function FlowEditorRoute() {
  const { flowId } = flowEditorRoute.useParams();
  const { step } = flowEditorRoute.useSearch();
  const isJson = useMatch({ from: flowJsonRoute.id, shouldThrow: false }) !== undefined;
  const versions = useVersionsPlace();
  const runs = useRunsPlace();
  const navigate = useNavigate();
  const router = useRouter();
  const selectStep = useCallback(
    (key: string | undefined) => {
      // The editor stays mounted while the next page loads, whose address it must not change.
      const { pathname } = router.buildLocation({ to: "/flows/$flowId", params: { flowId } });
      if (!isCurrentPage(router, pathname, { orInside: true })) return;
      // Replaces the history entry, so that Back leaves the page instead of stepping through selections.
      void navigate({
        to: ".",
        search: ({ step: _step, ...rest }) => ({ ...rest, ...(key !== undefined && { step: key }) }),
        replace: true,
        resetScroll: false,
      });
    },
    [navigate, router, flowId],
  );
  let tab: FlowTabName = isJson ? "json" : "steps";
  if (versions) tab = "versions";
  else if (runs) tab = "runs";
  return (
    <FlowEditorPage
      key={flowId}
      flowId={flowId}
      tab={tab}
      versions={versions}
      runs={runs}
      selectedStep={step}
      onSelectStep={selectStep}
    />
  );
}

export const editorRoutes = flowEditorRoute.addChildren([
  flowStepsRoute,
  flowJsonRoute,
  flowVersionsRoute,
  flowVersionRoute,
  flowCompareRoute,
  flowRunsRoute,
  flowRunRoute,
  flowResultsRoute,
]);
