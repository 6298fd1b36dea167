import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { followRuns } from "#client/data/follow-runs.ts";
import { runQueries } from "#client/data/run-queries.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import type { LastStepRun } from "./last-runs.ts";

/** Reads how the steps ended when they last ran, once for all rows, and again after each run. Draws nothing itself. */
export function LastRunsReader() {
  const { lastRuns } = useEditor();
  const flowId = useOpenFlowState((state) => state.flow.id);
  const client = useQueryClient();
  const isThere = useQuery(capabilityQueries.current()).data?.runs ?? false;
  const { data } = useQuery({ ...runQueries.lastStepRuns(flowId), enabled: isThere });

  // The server tells when a run has ended.
  useEffect(() => (isThere ? followRuns(client, flowId) : undefined), [client, flowId, isThere]);
  // Rows follow a store of the editor's: forty observers of one query would each be told of every change.
  useEffect(() => {
    if (!data) return;
    const before = lastRuns.getState().byStep;
    const now = data.data.flatMap((run): [string, LastStepRun][] => {
      const { stepId, status, completedAt, durationMs } = run;
      if (completedAt === null) return [];
      const known = before.get(stepId);
      const isSame = known?.completedAt === completedAt && known.status === status;
      return [[stepId, isSame ? known : { status, completedAt, durationMs }]];
    });
    lastRuns.setState({ byStep: new Map(now) });
  }, [lastRuns, data]);
  return null;
}
