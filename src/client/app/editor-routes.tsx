import { createRoute, lazyRouteComponent, useMatch, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { flowQueries } from "#client/data/flow-queries.ts";
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
import { ignore, rootRoute } from "./root-route.tsx";

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

/** The editor and the views in it. */
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
