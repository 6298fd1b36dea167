import type { BatchRecord } from "#contract/run.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { formatDuration } from "#client/ui/format-duration.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { RunStatus } from "./run-status.tsx";

/** The grid of a wide row. */
export const RECORD_COLUMNS = "7rem minmax(8rem, 1fr) minmax(0, 2fr) 6rem 5.5rem";

type RecordRowProps = {
  readonly record: BatchRecord;
  readonly isNarrow: boolean;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (recordId: string) => void;
};

/** A record in a run: what became of it, and in a line why it failed or what came out. */
export function RecordRow(props: RecordRowProps) {
  const { record, isNarrow } = props;
  const { status, durationMs, totalTokens, errorMessage, outputPreview, attempts } = record;
  const text = errorMessage ?? outputPreview ?? "";
  const took = durationMs === null ? "" : formatDuration(durationMs);
  const line = (
    <span
      dir="auto"
      className={`min-w-0 flex-1 truncate text-sm ${errorMessage === null ? "text-muted" : "text-danger"}`}
      {...(text !== "" && tooltip(text.slice(0, 500), { whenTruncated: true }))}
    >
      {/* A row shows one line, whatever the text is. */}
      {text.slice(0, 300)}
    </span>
  );
  if (isNarrow) {
    return (
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="flex min-w-0 items-center gap-2">
          <Name {...props} />
          <RunStatus status={status} className="ml-auto shrink-0" />
        </span>
        <span className="flex min-w-0 items-center gap-3 text-muted">
          {line}
          <span className="shrink-0 text-xs tabular-nums">{took}</span>
        </span>
      </span>
    );
  }
  return (
    <>
      <RunStatus status={status} />
      <Name {...props} />
      {line}
      <span className="truncate text-right text-sm text-muted tabular-nums">
        {totalTokens ? formatCount(totalTokens, "token") : attempts > 1 ? `${attempts} attempts` : ""}
      </span>
      <span className="text-right text-sm whitespace-nowrap text-muted tabular-nums">{took}</span>
    </>
  );
}

function Name({ record, isActive, isSelected, onSelect }: RecordRowProps) {
  const name = record.recordName ?? record.recordId;
  return (
    <button
      type="button"
      dir="auto"
      tabIndex={isActive ? 0 : -1}
      data-row-link=""
      aria-current={isSelected || undefined}
      onClick={() => onSelect(record.recordId)}
      {...tooltip(name, { whenTruncated: true })}
      // Its reach is the whole row, so that the record opens wherever it is pressed.
      className="min-h-6 min-w-0 truncate text-start font-medium outline-none after:absolute after:inset-0"
    >
      {name}
    </button>
  );
}
