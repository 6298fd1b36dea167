import type { RunHealth, RunHealthDay } from "#contract/run-health.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { DAY_CHART_HEIGHT, createDayChartPaths, getDayChartWidth } from "./day-chart-path.ts";
import { formatDay, listKnownHealthValues } from "./health-values.ts";

type HealthProps = Pick<RunHealth, "totals" | "days">;

export function HealthCharts({ totals, days }: HealthProps) {
  return (
    <div className="flex flex-col gap-3">
      <RunsChart totals={totals} days={days} />
      <dl className="grid grid-cols-[1fr_auto_5rem] items-center gap-x-3 gap-y-1.5 text-sm">
        {listKnownHealthValues(totals).map(({ label, format, read }) => (
          <div key={label} className="contents">
            <dt className="truncate text-muted">{label}</dt>
            <dd className="text-right font-medium tabular-nums">{format(totals)}</dd>
            <dd aria-hidden="true">
              <DayChart
                days={days}
                series={[{ values: days.map(read), className: "fill-accent/70" }]}
                describe={(day) => `${formatDay(day)}: ${format(day)}`}
                className="h-5"
              />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const RUN_SERIES = [
  { label: "Completed", className: "fill-success/75", read: countCompleted },
  { label: "Cancelled", className: "fill-muted/60", read: ({ cancelledRuns }: Counts) => cancelledRuns },
  { label: "Failed", className: "fill-danger", read: ({ failedRuns }: Counts) => failedRuns },
] as const;

type Counts = Pick<RunHealthDay, "runs" | "failedRuns" | "cancelledRuns">;

function countCompleted({ runs, failedRuns, cancelledRuns }: Counts): number {
  return runs - failedRuns - cancelledRuns;
}

/** Such as “12 runs, 2 failed”. */
function describeRuns({ runs, failedRuns, cancelledRuns }: Counts): string {
  return [
    formatCount(runs, "run"),
    failedRuns > 0 && `${formatNumber(failedRuns)} failed`,
    cancelledRuns > 0 && `${formatNumber(cancelledRuns)} cancelled`,
  ]
    .filter(Boolean)
    .join(", ");
}

function RunsChart({ totals, days }: HealthProps) {
  const [first, last] = [days[0], days.at(-1)];
  const shown = RUN_SERIES.filter(({ read }) => read(totals) > 0);
  return (
    <figure className="flex flex-col gap-1.5">
      <figcaption className="flex flex-wrap items-center gap-x-3 text-sm">
        <span className="font-medium tabular-nums">{formatCount(totals.runs, "run")}</span>
        {shown.map(({ label, className, read }) => (
          <span key={label} className="inline-flex items-center gap-1.5 text-muted tabular-nums">
            <svg aria-hidden="true" width="8" height="8" className="forced-colors:*:fill-[CanvasText]">
              <rect width="8" height="8" rx="2" className={className} />
            </svg>
            {`${formatNumber(read(totals))} ${label.toLowerCase()}`}
          </span>
        ))}
      </figcaption>
      <DayChart
        days={days}
        series={RUN_SERIES.map(({ className, read }) => ({ className, values: days.map(read) }))}
        isStacked
        describe={(day) => `${formatDay(day)}: ${describeRuns(day)}`}
        className="h-14"
      />
      <div aria-hidden="true" className="flex justify-between text-xs text-muted">
        <span>{first && formatDay(first)}</span>
        <span>{last && "Today"}</span>
      </div>
    </figure>
  );
}

type DayChartProps = {
  readonly days: readonly RunHealthDay[];
  readonly series: readonly { readonly values: readonly number[]; readonly className: string }[];
  readonly isStacked?: boolean;
  readonly describe: (day: RunHealthDay) => string;
  readonly className: string;
};

/** One path for each series. For the eye only: the table has the values for the keyboard and screen readers. */
function DayChart({ days, series, isStacked = false, describe, className }: DayChartProps) {
  const paths = createDayChartPaths(
    series.map(({ values }) => values),
    { isStacked },
  );
  return (
    <div aria-hidden="true" className={`relative border-b border-line-strong/60 ${className}`}>
      <svg
        viewBox={`0 0 ${getDayChartWidth(days.length)} ${DAY_CHART_HEIGHT}`}
        preserveAspectRatio="none"
        className="absolute size-full forced-colors:*:fill-[CanvasText]"
      >
        {series.map((one, index) => (
          <path key={one.className} d={paths[index]} className={one.className} />
        ))}
      </svg>
      <div className="absolute inset-0 flex">
        {days.map((day) => (
          <span key={day.date} className="flex-1 hover:bg-hover/60" {...getTooltipProps(describe(day))} />
        ))}
      </div>
    </div>
  );
}
