import { describeSkip } from "#client/features/flow-editor/runs/describe-run.ts";
import { statusLabel } from "#client/features/flow-editor/runs/run-status.tsx";
import { formatDuration } from "#client/ui/format-duration.ts";
import type { StepTrial } from "./trial-run.ts";

/** A row shows one line, whatever the text is. */
const LINE = 200;

/** “Completed in 12 ms”, “Skipped: It is switched off.” */
export function describeTrial(trial: StepTrial): string {
  const { status, skip } = trial;
  const label = status === "cancelled" ? "Stopped" : statusLabel(status);
  if (skip) return `${label}: ${describeSkip({ skipReason: skip.reason })}`;
  const took = trialDuration(trial);
  return took === "" ? label : `${label} in ${took}`;
}

export function trialDuration({ end }: StepTrial): string {
  return end?.durationMs === undefined ? "" : formatDuration(end.durationMs);
}

/** What came of a step in one line: its error, its output, or while a model speaks the end of what it said. */
export function describeOutcome({ status, end, skip, text, output }: StepTrial): string | undefined {
  if (skip) return describeSkip({ skipReason: skip.reason });
  if (status === "failed") return toLine(end?.error ?? "It failed and did not say why.");
  if (status === "running" && text !== "") return toLine(text.slice(-LINE));
  if (output === undefined) return undefined;
  return toLine(typeof output === "string" ? output.slice(0, 2 * LINE) : JSON.stringify(output));
}

function toLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, LINE);
}
