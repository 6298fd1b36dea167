import type { StepResult } from "#contract/run.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";

type OutcomeTextProps = Pick<StepResult, "errorMessage" | "outputPreview"> & { readonly className?: string };

export function StepResultErrorOrOutputText({ errorMessage, outputPreview, className }: OutcomeTextProps) {
  const text = errorMessage ?? outputPreview ?? "";
  return (
    <span
      dir="auto"
      className={joinClasses("min-w-0 truncate", errorMessage ? "text-danger" : "text-muted", className)}
      {...(text !== "" && getTooltipProps(text.slice(0, 500), { whenTruncated: true }))}
    >
      {text.slice(0, 300)}
    </span>
  );
}

export function formatStepDuration({ durationMs, status }: StepResult): string {
  return durationMs === null || status === "skipped" ? "" : formatDuration(durationMs);
}
