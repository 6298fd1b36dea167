import type { RunHealth } from "#contract/run-health.ts";
import { formatNumber } from "#client/ui/format/format-count.ts";
import { formatDay, listKnownHealthValues } from "./health-values.ts";

const CELL = "px-2 py-1 text-right whitespace-nowrap tabular-nums first:pl-0 first:text-left last:pr-0";

/** All values of the charts, the newest day first. */
export function HealthTable({ totals, days }: Pick<RunHealth, "totals" | "days">) {
  const values = listKnownHealthValues(totals);
  const columns = [
    { label: "Runs", format: ({ runs }: typeof totals) => formatNumber(runs) },
    { label: "Failed", format: ({ failedRuns }: typeof totals) => formatNumber(failedRuns) },
    ...(totals.cancelledRuns > 0
      ? [{ label: "Cancelled", format: ({ cancelledRuns }: typeof totals) => formatNumber(cancelledRuns) }]
      : []),
    ...values,
  ];
  return (
    // Focusable, so that it can be scrolled by the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div role="region" aria-label="Runs per day" tabIndex={0} className="max-h-72 overflow-auto focus-inset">
      <table className="w-full text-xs">
        <thead>
          <tr className="text-muted">
            {["Day", ...columns.map(({ label }) => label)].map((label) => (
              <th key={label} scope="col" className={`sticky top-0 bg-surface font-medium ${CELL}`}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr key={day.date} className="border-t border-line">
              <th scope="row" className={`font-normal ${CELL}`}>
                {formatDay(day)}
              </th>
              {columns.map(({ label, format }) => (
                <td key={label} className={CELL}>
                  {format(day)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
