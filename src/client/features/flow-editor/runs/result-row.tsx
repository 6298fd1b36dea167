import type { StepResult } from "#contract/run.ts";
import { StepNode } from "#client/flow/step-node.tsx";
import { formatDuration } from "#client/ui/format-duration.ts";
import { RelativeTime } from "#client/ui/relative-time.tsx";
import { tooltip } from "#client/ui/tooltip.ts";
import { describeSkip, describeUsage } from "./describe-run.ts";
import { RunStatus } from "./run-status.tsx";

/** The grid of a wide row. Tokens and cost have a column only where some step says them. */
export function resultColumns(hasUsage: boolean): string {
  return `7rem minmax(7rem, 1fr) minmax(6rem, 0.8fr) minmax(0, 2fr) ${hasUsage ? "11rem " : ""}5rem 6rem`;
}

type ResultRowProps = {
  readonly result: StepResult;
  /** A card instead of columns. */
  readonly isNarrow: boolean;
  readonly hasUsage: boolean;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (id: string) => void;
};

/** What a step did with a record, in a line. */
export function ResultRow(props: ResultRowProps) {
  const { result, isNarrow, hasUsage } = props;
  const { status, durationMs } = result;
  const took = durationMs === null || status === "skipped" ? "" : formatDuration(durationMs);
  const usage = describeUsage([result]).join(" · ");
  const when = (
    <span className="relative z-10 shrink-0 whitespace-nowrap tabular-nums">
      <RelativeTime time={result.createdAt} />
    </span>
  );
  if (isNarrow) {
    return (
      <span className="flex min-w-0 flex-1 flex-col gap-1">
        <span className="flex min-w-0 items-center gap-2">
          <Name {...props} />
          <RunStatus status={status} className="ml-auto shrink-0" />
        </span>
        <span className="flex min-w-0 text-sm">
          <Outcome result={result} />
        </span>
        <span className="flex min-w-0 items-center gap-3 text-xs text-muted tabular-nums">
          <Record result={result} />
          <span className="shrink-0">{took}</span>
          <span className="shrink-0">{usage}</span>
          <span className="ml-auto shrink-0">{when}</span>
        </span>
      </span>
    );
  }
  return (
    <>
      <RunStatus status={status} />
      <Name {...props} />
      <span className="flex min-w-0 text-sm text-muted">
        <Record result={result} />
      </span>
      <span className="flex min-w-0 text-sm">
        <Outcome result={result} />
      </span>
      {hasUsage && (
        <span
          className="truncate text-right text-sm text-muted tabular-nums"
          {...(usage !== "" && tooltip(usage, { whenTruncated: true }))}
        >
          {usage}
        </span>
      )}
      <span className="text-right text-sm whitespace-nowrap text-muted tabular-nums">{took}</span>
      <span className="flex justify-end text-sm text-muted">{when}</span>
    </>
  );
}

function Name({ result, isActive, isSelected, onSelect }: ResultRowProps) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <StepNode type={result.stepType} enabled={result.status !== "skipped"} size="sm" />
      <button
        type="button"
        dir="auto"
        tabIndex={isActive ? 0 : -1}
        data-row-link=""
        aria-current={isSelected || undefined}
        onClick={() => onSelect(result.id)}
        {...tooltip(result.stepName, { whenTruncated: true })}
        // Its reach is the whole row.
        className="min-h-6 min-w-0 truncate text-start font-medium outline-none after:absolute after:inset-0"
      >
        {result.stepName}
      </button>
    </span>
  );
}

function Record({ result: { recordName, recordId } }: { readonly result: StepResult }) {
  const name = recordName ?? recordId ?? "";
  return (
    <span dir="auto" className="min-w-0 truncate" {...tooltip(name, { whenTruncated: true })}>
      {name}
    </span>
  );
}

function Outcome({ result }: { readonly result: StepResult }) {
  const { status, errorMessage, outputPreview } = result;
  const isSkipped = status === "skipped";
  const text = isSkipped ? describeSkip(result) : (errorMessage ?? outputPreview ?? "");
  return (
    <span
      dir="auto"
      className={`min-w-0 truncate ${!isSkipped && errorMessage ? "text-danger" : "text-muted"}`}
      {...(text !== "" && tooltip(text.slice(0, 500), { whenTruncated: true }))}
    >
      {/* A row shows one line, whatever the text is. */}
      {text.slice(0, 300)}
    </span>
  );
}
