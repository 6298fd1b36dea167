import { RotateCw, X } from "lucide-react";
import type { RunRow } from "#client/flow/runs/run-columns.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import type { RowSelection } from "#client/ui/rows/row-selection.tsx";
import { SelectAllCheckbox } from "#client/ui/rows/select-all-checkbox.tsx";

type RunRetryBarProps = {
  readonly selection: RowSelection<RunRow>;
  /** The loaded runs that failed. */
  readonly loaded: readonly RunRow[];
  readonly onRetrySelected: () => void;
  readonly onRetryAll: () => void;
};

/** Above a list of failed runs, or while runs are selected. */
export function RunRetryBar({ selection, loaded, onRetrySelected, onRetryAll }: RunRetryBarProps) {
  const count = selection.rows.size;
  const clear = () => {
    selection.set([]);
    requestFocusWhenRendered(() => document.querySelector<HTMLElement>("[data-active] [data-row-link]"));
  };
  return (
    <section
      aria-label="Selected runs"
      className={joinClasses(
        "flex min-h-10 shrink-0 items-center gap-x-1 border-b border-line px-gutter text-sm",
        count > 0 && "bg-accent-soft/60",
      )}
    >
      <SelectAllCheckbox noun="failed run" selection={selection} loaded={loaded} />
      <p className="mr-auto min-w-0 truncate tabular-nums sm:ml-2">
        {count === 0 ? (
          <span className="text-muted">Select runs to retry</span>
        ) : (
          <>
            <VisuallyHidden>{formatCount(count, "run")} selected</VisuallyHidden>
            <span aria-hidden="true">{formatNumber(count)} selected</span>
          </>
        )}
      </p>
      {count === 0 ? (
        <Button size="sm" variant="ghost" icon={RotateCw} onClick={onRetryAll}>
          Retry all that match…
        </Button>
      ) : (
        <>
          <Button size="sm" variant="ghost" icon={RotateCw} onClick={onRetrySelected}>
            {`Retry ${formatCount(count, "run")}…`}
          </Button>
          <IconButton label="Clear selection" icon={X} size="sm" onClick={clear} />
        </>
      )}
    </section>
  );
}
