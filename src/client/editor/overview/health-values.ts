import type { RunHealthDay, RunHealthFigures } from "#contract/run-health.ts";
import { formatCostInDollars } from "#client/flow/runs/describe-batch-progress.ts";
import { formatNumber } from "#client/ui/format/format-count.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";

const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const shortDate = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", timeZone: "UTC" });

const NOTHING = "–";

/** The share of failed runs, from 0 to 1. A cancelled run says nothing about the flow. */
function computeFailureRate({ runs, failedRuns, cancelledRuns }: RunHealthFigures): number | undefined {
  const decided = runs - cancelledRuns;
  return decided > 0 ? failedRuns / decided : undefined;
}

interface HealthValue {
  readonly label: string;
  readonly format: (figures: RunHealthFigures) => string;
  /** Height of a day's bar. */
  readonly read: (figures: RunHealthFigures) => number;
  /** Whether the period has a value; always, if this is missing. */
  readonly isKnown?: (totals: RunHealthFigures) => boolean;
}

/** Values of a period and of a day, besides the number of runs. */
const HEALTH_VALUES: readonly HealthValue[] = [
  {
    label: "Failure rate",
    format: (figures) => {
      const rate = computeFailureRate(figures);
      return rate === undefined ? NOTHING : percent.format(rate);
    },
    read: (day) => computeFailureRate(day) ?? 0,
  },
  {
    label: "Median duration",
    format: ({ p50Ms }) => formatOptionalDuration(p50Ms),
    read: ({ p50Ms }) => p50Ms ?? 0,
    isKnown: ({ p50Ms }) => p50Ms !== null,
  },
  {
    label: "95th percentile",
    format: ({ p95Ms }) => formatOptionalDuration(p95Ms),
    read: ({ p95Ms }) => p95Ms ?? 0,
    isKnown: ({ p95Ms }) => p95Ms !== null,
  },
  {
    label: "Tokens",
    format: ({ totalTokens }) => (totalTokens === null ? NOTHING : formatNumber(totalTokens)),
    read: ({ totalTokens }) => totalTokens ?? 0,
    isKnown: ({ totalTokens }) => totalTokens !== null,
  },
  {
    label: "Cost",
    format: ({ estimatedCost }) => formatCostInDollars(estimatedCost) ?? NOTHING,
    read: ({ estimatedCost }) => Number(estimatedCost ?? 0),
    isKnown: ({ estimatedCost }) => estimatedCost !== null,
  },
];

function formatOptionalDuration(ms: number | null): string {
  return ms === null ? NOTHING : formatDuration(ms);
}

/** Formats the date of a day, such as “Dec 1”. */
export function formatDay({ date }: RunHealthDay): string {
  return shortDate.format(Date.parse(date));
}

export function listKnownHealthValues(totals: RunHealthFigures): readonly HealthValue[] {
  return HEALTH_VALUES.filter(({ isKnown }) => isKnown?.(totals) ?? true);
}
