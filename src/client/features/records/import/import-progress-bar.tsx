import { formatCount, formatNumber } from "#client/ui/format-count.ts";
import type { ImportProgress } from "./send-records.ts";

type ImportProgressBarProps = { readonly progress: ImportProgress; readonly total: number };

/** How many rows are done, of those that are sent. */
export function ImportProgressBar({ progress, total }: ImportProgressBarProps) {
  const { done, created, failed } = progress;
  return (
    <div className="flex flex-col gap-2 py-4">
      <progress
        aria-label="Import"
        value={done}
        max={total}
        className="h-2 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
      />
      <p className="flex flex-wrap justify-between gap-x-4 text-sm text-muted tabular-nums">
        <span>
          {formatNumber(done)} of {formatCount(total, "row")}
        </span>
        <span>
          {formatNumber(created)} created
          {failed > 0 && `, ${formatNumber(failed)} refused`}
        </span>
      </p>
    </div>
  );
}
