import { useId } from "react";
import { formatNumber } from "#client/ui/format-count.ts";
import type { RowProblem } from "./import-table.ts";

type ProblemRowsProps = {
  readonly title: string;
  readonly problems: readonly RowProblem[];
  /** All there are; the first of them are listed. */
  readonly count: number;
};

const MOST = 100;

/** Rows that are not imported, each with the reason. */
export function ProblemRows({ title, problems, count }: ProblemRowsProps) {
  const id = useId();
  const shown = problems.slice(0, MOST);
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="text-sm font-medium text-danger">
        {title}
      </h3>
      <ul
        aria-labelledby={id}
        // What scrolls has to be within reach of the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="focus-inset mt-1 max-h-40 overflow-auto rounded-md border border-line text-xs"
      >
        {shown.map(({ row, message }) => (
          <li key={row} className="flex gap-3 border-b border-line px-2.5 py-1 last:border-b-0">
            <span className="w-16 shrink-0 text-muted tabular-nums">Row {row}</span>
            <span className="min-w-0 break-words">{message}</span>
          </li>
        ))}
        {count > shown.length && (
          <li className="px-2.5 py-1 text-muted">… and {formatNumber(count - shown.length)} more</li>
        )}
      </ul>
    </section>
  );
}
