import type { BatchState, StepResult } from "#contract/run.ts";
import { countBatch, estimateTimeLeft, isActiveBatch } from "#client/data/batch-progress.ts";
import { formatCount, formatNumber } from "#client/ui/format-count.ts";
import { formatDuration, formatTimeLeft } from "#client/ui/format-duration.ts";

/** What a batch runs over: “customer”, or where its records were chosen one by one, their number. */
export function batchName({ recordType, totalRecords }: BatchState): string {
  return recordType ?? formatCount(totalRecords, "chosen record");
}

/** “34 of 200 records, 2 failed, about 40 s left”; “198 completed, 2 failed”. `now` is when the batch was read. */
export function describeProgress(batch: BatchState, now: number): string {
  const { total, completed, failed, cancelled, open } = countBatch(batch);
  if (!isActiveBatch(batch.status)) {
    const parts = [
      (completed > 0 || failed + cancelled === 0) && `${formatNumber(completed)} completed`,
      failed > 0 && `${formatNumber(failed)} failed`,
      cancelled > 0 && `${formatNumber(cancelled)} cancelled`,
    ];
    return parts.filter(Boolean).join(", ");
  }
  const left = estimateTimeLeft(batch, now);
  const parts = [
    `${formatNumber(total - open)} of ${formatCount(total, "record")}`,
    failed > 0 && `${formatNumber(failed)} failed`,
    left !== undefined && `${formatTimeLeft(left)} left`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** How long a batch took; undefined until it has ended. */
export function batchDuration({ startedAt, completedAt }: BatchState): string | undefined {
  if (!startedAt || !completedAt) return undefined;
  return formatDuration(Date.parse(completedAt) - Date.parse(startedAt));
}

/** Why a step did not run, as a sentence. */
export function describeSkip({ skipReason }: Pick<StepResult, "skipReason">): string {
  switch (skipReason) {
    case "off":
      return "It is switched off.";
    case "when":
      return "Its condition did not hold.";
    case "branch":
      return "The other branch was taken.";
    case "failed":
      return "A step before it failed.";
    case "cancelled":
      return "The run was cancelled.";
    case "beyond":
      return "The run was asked to end before it.";
    default:
      return skipReason ? `It was skipped: ${skipReason}.` : "It was skipped.";
  }
}

const dollars = new Intl.NumberFormat(undefined, {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 6,
});

/** What the provider said it cost; undefined where it said nothing that is a number. */
export function formatCost(cost: string | number | null | undefined): string | undefined {
  const amount = cost == null || cost === "" ? Number.NaN : Number(cost);
  return Number.isFinite(amount) ? dollars.format(amount) : undefined;
}

/** “1,204 tokens” and “$0.0021”, as far as they are known, of one step or of several together. */
export function describeUsage(
  steps: readonly Pick<StepResult, "totalTokens" | "estimatedCost">[],
): readonly string[] {
  const tokens = steps.reduce((sum, { totalTokens }) => sum + (totalTokens ?? 0), 0);
  const costs = steps.map(({ estimatedCost }) => estimatedCost).filter((cost) => cost != null && cost !== "");
  const cost = costs.length > 0 ? formatCost(costs.reduce((sum, one) => sum + Number(one), 0)) : undefined;
  return [tokens > 0 ? formatCount(tokens, "token") : undefined, cost].filter((part) => part !== undefined);
}
