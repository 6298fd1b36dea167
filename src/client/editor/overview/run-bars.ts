import type { BatchState } from "#contract/run.ts";
import { isActiveBatch } from "#client/data/queries/batch-progress.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import { formatExactTime } from "#client/ui/format/format-time.ts";
import { formatRunStatus } from "#client/editor/runs/run-status.tsx";

export type RunBarOutcome = "completed" | "partlyFailed" | "failed" | "cancelled" | "active";

export interface RunDurationBar {
  readonly id: string;
  readonly outcome: RunBarOutcome;
  /** Height as a share of the longest run, from 0 to 1. */
  readonly share: number;
  /** Status, records, duration and time: “Partly failed, 1 of 4 records failed, 2.3 s, Thursday …”. */
  readonly description: string;
}

/** Converts runs, newest first, to bars, oldest first. `now` is when the runs were read, in epoch milliseconds. */
export function createRunDurationBars(
  batches: readonly BatchState[],
  now: number,
): readonly RunDurationBar[] {
  const durations = batches.map((batch) => computeRunDurationMs(batch, now));
  const longest = Math.max(1, ...durations.map((duration) => duration ?? 0));
  return batches
    .map((batch, index): RunDurationBar => {
      const duration = durations[index];
      return {
        id: batch.batchExecutionId,
        outcome: findRunOutcome(batch),
        share: (duration ?? 0) / longest,
        description: describeRun(batch, duration),
      };
    })
    .toReversed();
}

function findRunOutcome(batch: BatchState): RunBarOutcome {
  const { status, failedRecords } = batch;
  if (isActiveBatch(batch)) return "active";
  if (status === "cancelled" || status === "failed") return status;
  return failedRecords > 0 ? "partlyFailed" : "completed";
}

/** Returns the duration, up to now for an active run; undefined for a run that has not started. */
function computeRunDurationMs(batch: BatchState, now: number) {
  const { startedAt, completedAt } = batch;
  if (!startedAt) return undefined;
  const end = completedAt ? Date.parse(completedAt) : isActiveBatch(batch) ? now : Number.NaN;
  const duration = end - Date.parse(startedAt);
  return Number.isFinite(duration) ? Math.max(0, duration) : undefined;
}

/** Formats the number of records, and of those that failed unless all or none did: “1 of 4 records failed”. */
export function describeRecordsOfRun({ totalRecords, failedRecords }: BatchState): string {
  const records = formatCount(totalRecords, "record");
  const isPartlyFailed = failedRecords > 0 && failedRecords < totalRecords;
  return isPartlyFailed ? `${formatNumber(failedRecords)} of ${records} failed` : records;
}

function describeRun(batch: BatchState, duration: number | undefined): string {
  const time = Date.parse(batch.startedAt ?? batch.createdAt ?? "");
  return [
    formatRunStatus(batch.status, batch.failedRecords > 0),
    describeRecordsOfRun(batch),
    duration === undefined ? undefined : formatDuration(duration),
    Number.isNaN(time) ? undefined : formatExactTime(time),
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}
