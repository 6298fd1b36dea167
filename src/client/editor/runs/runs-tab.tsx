import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import type { StepKey } from "#core/document/flow-document.ts";
import { subscribeCachedRuns } from "#client/data/live/subscribe-cached-runs.ts";
import { type RunFilters, parseRunFilters } from "#client/data/queries/run-filters.ts";
import { useHasRunEvents } from "#client/data/queries/run-queries.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { LazyBatchPage } from "#client/flow/execution/lazy-batch-page.tsx";
import { RunFilterControls } from "#client/flow/runs/run-filter-controls.tsx";
import { EmptyRunListIllustration } from "#client/flow/runs/run-list-load-error.tsx";
import { RunList } from "#client/flow/runs/run-list.tsx";
import { RunPlaceProvider } from "#client/flow/runs/run-place.ts";
import { useLastOpened } from "#client/flow/view-heading.tsx";
import { useOffersFeature } from "#client/data/queries/capability-queries.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { useRunOnRecordsReason } from "#client/editor/session/use-run-on-records-reason.ts";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { GoToStep, ShowStepInEditorContext } from "./go-to-step.tsx";
import type { RunsTabRoute } from "./runs-tab-route.ts";
import { RunsTabHeader } from "./runs-tab-header.tsx";

const StepResultList = createLazyComponent(async () => (await import("./result-list.tsx")).StepResultList, {
  fallback: ({ flowId }) => (
    <>
      <RunsTabHeader flowId={flowId} />
      <SkeletonRows label="Loading step results" rows={8} />
    </>
  ),
});

type RunsTabProps = {
  readonly place: RunsTabRoute;
  readonly onRun: () => void;
  readonly onShowStep: (key: StepKey) => void;
};

/** The Runs tab of the editor. Import lazily, so that the editor's main chunk does not include the tab. */
export function RunsTab({ place, onRun, onShowStep }: RunsTabProps) {
  const flowId = useOpenFlowState((state) => state.flow.id);
  const isUnsaved = useOpenFlowState((state) => countUnsavedEdits(state) > 0);
  const client = useQueryClient();
  useEffect(() => subscribeCachedRuns(client, flowId), [client, flowId]);
  const batchId = place.type === "batch" ? place.batchId : undefined;
  const { startAt, hasMoved } = useLastOpened(batchId ?? place.type, batchId);
  const hasEvents = useHasRunEvents();
  const canFilter = useOffersFeature("flowRuns");
  const navigate = useNavigate();
  const show = (filters: RunFilters) =>
    void navigate({
      to: "/flows/$flowId/runs",
      params: { flowId },
      search: (now) => ({ ...keepOnlyStepSearchParam(now), ...parseRunFilters({ ...filters }) }),
      replace: true,
      resetScroll: false,
    });

  const renderPlace = () => {
    if (place.type === "results")
      return <StepResultList flowId={flowId} onRun={onRun} filters={place.filters} />;
    if (place.type === "batch") {
      return (
        <LazyBatchPage
          key={place.batchId}
          hasEvents={hasEvents}
          batchId={place.batchId}
          search={place}
          takesFocus={hasMoved}
        />
      );
    }
    return (
      <>
        <RunsTabHeader flowId={flowId}>
          {canFilter && <RunFilterControls filters={place.filters} onChange={show} />}
        </RunsTabHeader>
        <RunList
          filters={place.filters}
          hasEvents={hasEvents}
          startAt={startAt}
          onShowAll={() => show({})}
          renderEmpty={(isRecentOnly) => <NoRuns isRecentOnly={isRecentOnly} onRun={onRun} />}
        />
      </>
    );
  };

  return (
    <section aria-label="Runs" className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ShowStepInEditorContext value={onShowStep}>
        <RunPlaceProvider
          value={{
            flowId,
            retryNote: isUnsaved ? "Unsaved edits are not included." : undefined,
            renderGoToStep: (step) => <GoToStep step={step} />,
          }}
        >
          {renderPlace()}
        </RunPlaceProvider>
      </ShowStepInEditorContext>
    </section>
  );
}

type NoRunsProps = { readonly isRecentOnly: boolean; readonly onRun: () => void };

function NoRuns({ isRecentOnly, onRun }: NoRunsProps) {
  const runReason = useRunOnRecordsReason();
  return (
    <EmptyState
      title={isRecentOnly ? "No recent runs" : "No runs yet"}
      text={
        isRecentOnly
          ? "The API lists only recent runs. Results of earlier runs are in Step results."
          : "Run this flow on your records, or from a program. Progress and results appear here."
      }
      action={
        <Button variant="primary" disabledReason={runReason} onClick={onRun}>
          Run on records…
        </Button>
      }
      drawing={<EmptyRunListIllustration />}
    />
  );
}
