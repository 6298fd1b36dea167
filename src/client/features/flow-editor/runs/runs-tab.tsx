import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { followRuns } from "#client/data/follow-runs.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { BatchList } from "./batch-list.tsx";
import { BatchPage } from "./batch-page.tsx";
import { ResultList } from "./result-list.tsx";
import type { RunsPlace } from "./runs-address.ts";
import { RunsHead } from "./runs-head.tsx";
import { StepPath } from "./step-path.ts";

export type RunsTabProps = {
  readonly place: RunsPlace;
  readonly onRun: () => void;
  readonly onShowStep: (key: StepKey) => void;
};

/** What came of running the open flow: run by run, one of them, or step by step. Import it only where it is lazy. */
export function RunsTab({ place, onRun, onShowStep }: RunsTabProps) {
  const flowId = useOpenFlowState((state) => state.flow.id);
  const { data: server } = useQuery(capabilityQueries.current());
  const client = useQueryClient();
  // The server tells of what runs as it goes.
  useEffect(() => followRuns(client, flowId), [client, flowId]);
  const { startAt, hasMoved } = useWayBack(place);
  const hasEvents = server?.events ?? false;

  return (
    <section aria-label="Runs" className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface">
      <StepPath value={onShowStep}>
        {server?.runs === false ? (
          <EmptyState
            title="No runs here"
            text="This server passes flows on to an API that it cannot ask for runs in full. Run the flow there."
          />
        ) : place.type === "batches" ? (
          <>
            <RunsHead flowId={flowId} />
            <BatchList {...{ flowId, hasEvents, startAt, onRun }} />
          </>
        ) : place.type === "batch" ? (
          <BatchPage
            key={place.batchId}
            {...{ flowId, hasEvents }}
            batchId={place.batchId}
            search={place}
            takesFocus={hasMoved}
          />
        ) : (
          <ResultList {...{ flowId, onRun }} filters={place.filters} />
        )}
      </StepPath>
    </section>
  );
}

/** Which run the list was left by, and whether this view was come to from another one here. */
function useWayBack(place: RunsPlace) {
  const here = place.type === "batch" ? place.batchId : place.type;
  const [way, setWay] = useState<{ here: string; startAt: string | undefined; hasMoved: boolean }>({
    here,
    startAt: undefined,
    hasMoved: false,
  });
  if (way.here === here) return way;
  const isFromBatch = way.here !== "batches" && way.here !== "results";
  const next = { here, startAt: isFromBatch ? way.here : way.startAt, hasMoved: true };
  setWay(next);
  return next;
}
