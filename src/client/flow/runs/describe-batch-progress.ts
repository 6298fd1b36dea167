import { isActiveBatch } from "#contract/is-active-batch.ts";
import type { BatchState, StepResult } from "#contract/run.ts";
import { countBatchRecords, estimateBatchTimeLeftMs } from "#client/data/queries/batch-progress.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { formatDuration, formatTimeLeft } from "#client/ui/format/format-duration.ts";

/**
 * The name of a single run's record, the type, or “3 selected records”; “3 records” if the API does not say how they
 * were chosen.
 */
export function describeBatchRecordSelection(batch: BatchState): string {
  const { isSingle, recordName, recordType, inputsSummary, totalRecords } = batch;
  if (isSingle === true) return recordName || recordType || inputsSummary || "Without a record";
  return recordType ?? formatCount(totalRecords, recordType === null ? "selected record" : "record");
}

/** The version that ran, named as elsewhere. */
export function formatRunVersion({ versionNumber, isDraft }: BatchState): string | undefined {
  if (versionNumber === undefined) return undefined;
  return isDraft === true ? "Draft" : `v${versionNumber}`;
}

/** With the name of its flow where runs of all flows are listed. */
export function nameRun(batch: BatchState, isOfAllFlows: boolean): string {
  const records = describeBatchRecordSelection(batch);
  return isOfAllFlows ? `${batch.flowName ?? ""}: ${records}` : records;
}

/** Whether the run has ended with a failure. */
export function hasRunFailed(batch: BatchState): boolean {
  // A run that could not start has nothing to repeat.
  return (
    !isActiveBatch(batch) && batch.totalRecords > 0 && (batch.failedRecords > 0 || batch.status === "failed")
  );
}

/** Such as “34 of 200 records, 2 failed, about 40 s left”. `now`: epoch milliseconds of the read. */
export function describeBatchProgress(batch: BatchState, now: number): string {
  const { total, completed, failed, cancelled, open } = countBatchRecords(batch);
  if (!isActiveBatch(batch)) {
    if (total === 0) return batch.status === "failed" ? "Not started" : "No matching records";
    const parts = [
      (completed > 0 || failed + cancelled === 0) && `${formatNumber(completed)} completed`,
      failed > 0 && `${formatNumber(failed)} failed`,
      cancelled > 0 && `${formatNumber(cancelled)} cancelled`,
    ];
    return parts.filter(Boolean).join(", ");
  }
  const left = estimateBatchTimeLeftMs(batch, now);
  const parts = [
    `${formatNumber(total - open)} of ${formatCount(total, "record")}`,
    failed > 0 && `${formatNumber(failed)} failed`,
    left !== undefined && `${formatTimeLeft(left)} left`,
  ];
  return parts.filter(Boolean).join(", ");
}

export function formatBatchDuration({ startedAt, completedAt }: BatchState): string | undefined {
  if (!startedAt || !completedAt) return undefined;
  return formatDuration(Date.parse(completedAt) - Date.parse(startedAt));
}

export function describeStepSkipReason({ skipReason }: Pick<StepResult, "skipReason">): string {
  switch (skipReason) {
    case "off":
      return "Skipped: the step is off.";
    case "when":
      return "Skipped: the condition was not met.";
    case "branch":
      return "Skipped: the other branch was taken.";
    case "failed":
      return "Skipped: an earlier step failed.";
    case "cancelled":
      return "Skipped: the run was cancelled.";
    case "beyond":
      return "Skipped: the run ended before this step.";
    case "taken":
      return "Taken from the earlier run.";
    case "rerun-cut":
      return "Ran again: its stored result is cut.";
    case "rerun-redacted":
      return "Ran again: its stored result hides a secret.";
    case "rerun-changed":
      return "Ran again: the steps have changed.";
    default:
      return skipReason ? `Skipped: ${skipReason}.` : "Skipped.";
  }
}

const dollars = new Intl.NumberFormat(undefined, {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 6,
});

export function formatCostInDollars(cost: string | number | null | undefined): string | undefined {
  const amount = cost == null || cost === "" ? Number.NaN : Number(cost);
  return Number.isFinite(amount) ? dollars.format(amount) : undefined;
}

/** Formats the known token count and cost of the steps, such as “1,204 tokens” and “$0.0021”. */
export function describeModelTokensAndCost(
  steps: readonly Pick<StepResult, "totalTokens" | "estimatedCost">[],
): readonly string[] {
  const tokens = steps.reduce((sum, { totalTokens }) => sum + (totalTokens ?? 0), 0);
  const costs = steps.map(({ estimatedCost }) => estimatedCost).filter((cost) => cost != null && cost !== "");
  const cost =
    costs.length > 0 ? formatCostInDollars(costs.reduce((sum, one) => sum + Number(one), 0)) : undefined;
  return [tokens > 0 ? formatCount(tokens, "token") : undefined, cost].filter((part) => part !== undefined);
}
