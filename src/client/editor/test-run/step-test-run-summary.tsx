import { History } from "lucide-react";
import type { StepKey, FlowDocument } from "#core/document/flow-document.ts";
import { getStepFieldsWithoutIdAndOrder } from "#core/document/step-content-fields.ts";
import { type StepLocation, isSameStepListRef, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { isEqualJson } from "#core/json/json.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { type Editor, useEditor, useTestRunState } from "#client/editor/session/editor-provider.tsx";
import { RunStatusIcon, formatRunStatus } from "#client/flow/runs/run-status.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { describeStepSkipReason } from "#client/flow/runs/describe-batch-progress.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import type { TestRunStateOfStep } from "./test-run.ts";

type TestRunMarkProps = { readonly step: StepKey; readonly name: string; readonly tabIndex: number };

export function StepTestRunStatusButton({ step, name, tabIndex }: TestRunMarkProps) {
  const editor = useEditor();
  const outcome = useTestRunState(({ run }) => run?.steps.get(step));
  const isRunning = useTestRunState(({ run }) => run?.status === "running");
  const isOutdated = useIsTestResultOutdated(step);
  // Shows no mark at a step that a finished run did not reach, because the failed or stopped step above shows why.
  if (!outcome || (outcome.status === "waiting" && !isRunning)) return null;
  const isMarked = isOutdated && hasTestRunResult(outcome);
  const text = `${isMarked ? "Outdated: the flow changed after this run. " : ""}${describeTestRun(outcome)}`;
  return (
    <button
      type="button"
      data-no-drag=""
      tabIndex={tabIndex}
      aria-label={`Result of ${name}: ${text}`}
      onClick={() => inspectLastResult(editor, step)}
      {...getTooltipProps(text)}
      className="-mx-1 inline-flex h-6 shrink-0 items-center gap-1 rounded-md px-1 text-xs text-muted tabular-nums hover:bg-hover hover:text-ink pointer-coarse:h-9"
    >
      {isMarked ? <OutdatedResultIcon /> : <RunStatusIcon status={outcome.status} />}
      {isMarked ? (
        <span className="hidden @2xl:inline">Outdated</span>
      ) : (
        <span className="hidden @lg:inline">{formatStepTestRunDuration(outcome)}</span>
      )}
    </button>
  );
}

function inspectLastResult({ inspectorViews, inspect }: Editor, step: StepKey): void {
  inspectorViews.setState({ isResultShown: true });
  inspect(step);
  requestFocusWhenRendered(() =>
    document.querySelector<HTMLElement>(`[data-last-result="${CSS.escape(step)}"]`),
  );
}

export function StepTestRunSummary({ step, hint }: { readonly step: StepKey; readonly hint: string }) {
  const outcome = useTestRunState(({ run }) => run?.steps.get(step));
  const isOutdated = useIsTestResultOutdated(step);
  const text = outcome && !isOutdated ? describeOutcome(outcome) : undefined;
  if (!outcome || text === undefined) return hint;
  return (
    <span
      className={joinClasses(
        outcome.status === "failed" ? "text-danger" : "text-muted",
        outcome.output !== undefined && outcome.status === "completed" && "font-mono text-xs",
      )}
    >
      {text}
    </span>
  );
}

/** Returns whether the step has a result, which may be outdated; a step that the run has not finished has none. */
export function hasTestRunResult(outcome: TestRunStateOfStep | undefined): boolean {
  return outcome !== undefined && outcome.status !== "running" && outcome.status !== "waiting";
}

export function OutdatedResultIcon() {
  return <History aria-hidden="true" className="size-4 shrink-0 text-faint" />;
}

export function useOutdatedTestResults(): ReadonlySet<StepKey> {
  const ran = useTestRunState(({ run }) => run?.document);
  return useOpenFlowState(({ history }) => (ran ? findOutdatedTestResults(ran, history.document) : NONE));
}

const NONE: ReadonlySet<StepKey> = new Set();

export function useIsTestResultOutdated(step: StepKey): boolean {
  const ran = useTestRunState(({ run }) => run?.document);
  return useOpenFlowState(
    ({ history }) => ran !== undefined && findOutdatedTestResults(ran, history.document).has(step),
  );
}

let lastComparison:
  | { readonly ran: FlowDocument; readonly now: FlowDocument; readonly outdated: ReadonlySet<StepKey> }
  | undefined;

/** From the first difference on. Compares documents, so that undoing an edit makes results current again. */
export function findOutdatedTestResults(ran: FlowDocument, now: FlowDocument): ReadonlySet<StepKey> {
  // Caches the last comparison, because every row of the step list calls this function after every edit.
  if (lastComparison?.ran !== ran || lastComparison.now !== now)
    lastComparison = { ran, now, outdated: findOutdatedSteps(ran, now) };
  return lastComparison.outdated;
}

function findOutdatedSteps(ran: FlowDocument, now: FlowDocument): ReadonlySet<StepKey> {
  if (ran.steps === now.steps) return NONE;
  const before = [...getLocationsOfAllSteps(ran)];
  const after = [...getLocationsOfAllSteps(now).values()];
  const first = before.findIndex(([, step], index) => !isSame(step, after[index]));
  return first < 0 ? NONE : new Set(before.slice(first).map(([key]) => key));
}

function isSame(a: StepLocation, b: StepLocation | undefined): boolean {
  if (!b || a.node.key !== b.node.key || !isSameStepListRef(a.list, b.list)) return false;
  return (
    a.node === b.node ||
    isEqualJson(getStepFieldsWithoutIdAndOrder(a.node), getStepFieldsWithoutIdAndOrder(b.node))
  );
}

/** Maximum length of the result text in a row of the step list, in characters. */
const MAX_LINE_LENGTH = 200;

export function describeTestRun(testRun: TestRunStateOfStep): string {
  return describeSkip(testRun) ?? describeTestRunStatus(testRun);
}

/** Describes the status without the reason of a skip, for places that show the reason next to it. */
export function describeTestRunStatus(testRun: TestRunStateOfStep, isRunning = true): string {
  const { status } = testRun;
  if (status === "waiting" && !isRunning) return "Not reached";
  const label = status === "cancelled" ? "Stopped" : formatRunStatus(status);
  const took = formatStepTestRunDuration(testRun);
  return took === "" ? label : `${label} in ${took}`;
}

export function formatStepTestRunDuration({ end }: TestRunStateOfStep): string {
  return end?.durationMs === undefined ? "" : formatDuration(end.durationMs);
}

function describeSkip({ skip }: TestRunStateOfStep): string | undefined {
  return skip && describeStepSkipReason({ skipReason: skip.reason });
}

function describeOutcome(testRun: TestRunStateOfStep): string | undefined {
  const { status, end, skip, text, output } = testRun;
  if (skip) return describeSkip(testRun);
  if (status === "failed") return toLine(end?.error ?? "Failed without an error message.");
  if (status === "running" && text !== "") return toLine(text.slice(-MAX_LINE_LENGTH));
  if (output === undefined) return undefined;
  return toLine(typeof output === "string" ? output.slice(0, 2 * MAX_LINE_LENGTH) : JSON.stringify(output));
}

function toLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, MAX_LINE_LENGTH);
}
