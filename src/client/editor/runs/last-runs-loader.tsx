import { QueryObserver, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { subscribeCachedRuns } from "#client/data/live/subscribe-cached-runs.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import { RelativeTime, VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import type { LastRunOfStep } from "./last-runs.ts";
import { RunStatusIcon, formatRunStatus } from "#client/flow/runs/run-status.tsx";

/** Loads the last run of each step into the store, and again after each run. Renders nothing. */
export function LastRunsLoader() {
  const { lastRuns } = useEditor();
  const flowId = useOpenFlowState((state) => state.flow.id);
  const client = useQueryClient();
  // Uses one query observer that writes to a store: an observer per row would be notified of every change.
  useEffect(() => {
    const observer = new QueryObserver(client, flowRunQueries.lastStepRuns(flowId));
    let shown: object | undefined;
    const show = ({ data }: ReturnType<typeof observer.getCurrentResult>) => {
      if (!data || data === shown) return;
      shown = data;
      const before = lastRuns.getState().byStep;
      const entries = data.data.flatMap((run): [string, LastRunOfStep][] => {
        const { stepId, status, completedAt, durationMs } = run;
        if (completedAt === null) return [];
        const [failedRecords, batchRecords] = [run.failedRecords ?? 0, run.batchRecords ?? 0];
        const prior = before.get(stepId);
        const isSame =
          prior?.completedAt === completedAt &&
          prior.status === status &&
          prior.failedRecords === failedRecords &&
          prior.batchRecords === batchRecords;
        return [[stepId, isSame ? prior : { status, completedAt, durationMs, failedRecords, batchRecords }]];
      });
      lastRuns.setState({ byStep: new Map(entries) });
    };
    show(observer.getCurrentResult());
    const stops = [subscribeCachedRuns(client, flowId), observer.subscribe(show)];
    return () => stops.forEach((stop) => stop());
  }, [client, flowId, lastRuns]);
  return null;
}

export function LastRunIndicator({ run }: { readonly run: LastRunOfStep }) {
  const { failedRecords, batchRecords, durationMs } = run;
  // `run.status` is the outcome of a single record of the run.
  const isPartlyFailed = failedRecords > 0 && failedRecords < batchRecords;
  const shown = isPartlyFailed ? "completed" : run.status;
  const status = formatRunStatus(shown, isPartlyFailed).toLowerCase();
  const took = durationMs === null || run.status === "skipped" ? "" : ` in ${formatDuration(durationMs)}`;
  const detail = isPartlyFailed
    ? `, for ${formatNumber(failedRecords)} of ${formatCount(batchRecords, "record")}`
    : took;
  return (
    <span
      className="inline-flex shrink-0 items-center gap-1 text-xs text-faint tabular-nums"
      {...getTooltipProps(`Last run: ${status}${detail}`)}
    >
      <span aria-hidden="true" className="contents [&_svg]:size-3.5">
        <RunStatusIcon status={shown} hasFailures={isPartlyFailed} />
      </span>
      <VisuallyHidden>Last run {isPartlyFailed ? `${status}${detail}` : status} </VisuallyHidden>
      <RelativeTime time={run.completedAt} className="hidden whitespace-nowrap @2xl:inline" />
    </span>
  );
}
