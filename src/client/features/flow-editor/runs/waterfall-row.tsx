import type { StepResult } from "#contract/run.ts";
import { familyColours } from "#client/flow/family-colours.ts";
import { StepNode } from "#client/flow/step-node.tsx";
import { describeStepType } from "#client/features/flow-editor/describe-step-row.ts";
import { formatDuration } from "#client/ui/format-duration.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { describeSkip } from "./describe-run.ts";
import type { Bar } from "./lay-out-steps.ts";
import { StatusIcon, statusLabel } from "./run-status.tsx";

/** The grid of a wide row. */
export const WATERFALL_COLUMNS = "minmax(9rem, 15rem) minmax(0, 1fr) 4.5rem";

/** Deeper ones stand no further in. */
const DEEPEST_INDENT = 6;

type WaterfallRowProps = {
  readonly step: StepResult;
  readonly bar: Bar | undefined;
  readonly isNarrow: boolean;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (id: string) => void;
};

export function WaterfallRow(props: WaterfallRowProps) {
  const { step, isNarrow } = props;
  const took = step.durationMs === null || step.status === "skipped" ? "" : formatDuration(step.durationMs);
  if (isNarrow) {
    return (
      <span className="flex min-w-0 flex-1 flex-col gap-1">
        <span className="flex min-w-0 items-center gap-2">
          <Name {...props} />
          <span className="ml-auto shrink-0 text-xs text-muted tabular-nums">{took}</span>
        </span>
        <Track {...props} />
      </span>
    );
  }
  return (
    <>
      <Name {...props} />
      <Track {...props} />
      <span className="text-right text-sm whitespace-nowrap text-muted tabular-nums">{took}</span>
    </>
  );
}

function Name({ step, isActive, isSelected, onSelect }: WaterfallRowProps) {
  const isSkipped = step.status === "skipped";
  return (
    <span
      className="flex min-w-0 items-center gap-2"
      style={{ paddingInlineStart: `${Math.min(step.depth ?? 0, DEEPEST_INDENT)}rem` }}
    >
      <StepNode type={step.stepType} enabled={!isSkipped} size="sm" />
      <button
        type="button"
        dir="auto"
        tabIndex={isActive ? 0 : -1}
        data-row-link=""
        aria-label={`${step.stepName}, ${describeStepType(step.stepType)}, ${statusLabel(step.status).toLowerCase()}`}
        aria-current={isSelected || undefined}
        onClick={() => onSelect(step.id)}
        {...tooltip(step.stepName, { whenTruncated: true })}
        className={joinClasses(
          "min-h-6 min-w-0 truncate text-start text-sm font-medium outline-none after:absolute after:inset-0",
          isSkipped && "text-muted",
        )}
      >
        {step.stepName}
      </button>
      {step.status === "failed" && <StatusIcon status="failed" />}
    </span>
  );
}

/** Where on the time line it ran, and for how long; in place of that why it did not, and below it why it failed. */
function Track({ step, bar }: WaterfallRowProps) {
  if (step.status === "skipped") {
    return (
      <span className="flex min-w-0 items-center gap-2 text-xs text-muted">
        <span
          aria-hidden="true"
          className="h-2 w-4 shrink-0 rounded-full border border-dashed border-line-strong"
        />
        <span className="truncate">{describeSkip(step)}</span>
      </span>
    );
  }
  const error = step.errorMessage;
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span aria-hidden="true" className="relative h-2 rounded-full bg-sunken forced-colors:border">
        {bar && (
          <span
            className={joinClasses(
              "absolute inset-y-0 min-w-1 rounded-full bg-current forced-colors:bg-[Highlight]",
              step.status === "failed" ? "text-danger" : familyColours(step.stepType).text,
            )}
            // A step that took no time at the very end still shows.
            style={{ left: `min(${100 * bar.start}%, 100% - 0.25rem)`, width: `${100 * bar.length}%` }}
          />
        )}
      </span>
      {error != null && error !== "" && (
        <span dir="auto" className="truncate text-xs text-danger">
          {error.slice(0, 300)}
        </span>
      )}
    </span>
  );
}
