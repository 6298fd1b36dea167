import type { StepKey } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { getStepName, getStepType } from "#core/document/step.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import type { TestRunStateOfStep, TestRun } from "./test-run.ts";

/** The step to point out in a run: the running one, else the one at which the run stopped or failed. */
export interface RunningOrFailedStep {
  readonly step: StepKey;
  readonly text: "Running" | "Stopped at" | "Failed at" | "Continued after an error in";
}

export function findNotableStep(run: TestRun): RunningOrFailedStep | undefined {
  const running = findStepWithStatus(run, "running");
  if (running !== undefined) return { step: running, text: "Running" };
  const cancelled = findStepWithStatus(run, "cancelled");
  if (cancelled !== undefined) return { step: cancelled, text: "Stopped at" };
  const failed = findFirstFailedStepOfTestRun(run);
  if (failed === undefined) return undefined;
  const isOver = run.status === "failed" || run.status === "lost";
  return { step: failed, text: isOver ? "Failed at" : "Continued after an error in" };
}

/** Returns the first step that failed. Later steps may have run nevertheless. */
export function findFirstFailedStepOfTestRun({ steps }: TestRun): StepKey | undefined {
  for (const [key, { status }] of steps) if (status === "failed") return key;
  return undefined;
}

export interface TestRunStepCounts {
  readonly total: number;
  /** Number of steps that ended: completed, failed, stopped or skipped. */
  readonly done: number;
  readonly failed: number;
  readonly ran: number;
}

export function countTestRunSteps({ steps }: TestRun): TestRunStepCounts {
  const counts = { total: steps.size, done: 0, failed: 0, ran: 0 };
  for (const { status } of steps.values()) {
    if (status !== "waiting" && status !== "running") counts.done += 1;
    if (status === "failed") counts.failed += 1;
    if (status !== "waiting" && status !== "skipped") counts.ran += 1;
  }
  return counts;
}

/** The last step that streamed a reply, else the last with an output. */
export function findFinalOutputStep(run: TestRun): StepKey | undefined {
  if (run.status !== "completed") return undefined;
  const withOutput = [...run.steps].filter(
    ([, { status, output }]) => status === "completed" && output !== undefined,
  );
  const replies = withOutput.filter(([key]) => {
    const node = findStep(run.document, key);
    return node !== undefined && getStepType(node) === "send-stream";
  });
  return (replies.at(-1) ?? withOutput.at(-1))?.[0];
}

/** A running or cancelled step, else the failed one if the run did not complete, else the last completed. */
export function findStepToShow(run: TestRun): StepKey | undefined {
  let last: StepKey | undefined;
  for (const [key, { status }] of run.steps) {
    if (status === "running" || status === "cancelled") return key;
    if (status === "completed") last = key;
  }
  const failed = findFirstFailedStepOfTestRun(run);
  return run.status !== "completed" && failed !== undefined ? failed : (last ?? failed);
}

function findStepWithStatus({ steps }: TestRun, status: TestRunStateOfStep["status"]): StepKey | undefined {
  for (const [key, step] of steps) if (step.status === status) return key;
  return undefined;
}

const PROGRESS_ANNOUNCEMENT_MS = 10_000;

/** At most every ten seconds, and only changes. Short runs announce only their start and end. */
export function createTestRunProgressAnnouncer(
  announce: (text: string) => void,
  now: () => number = () => performance.now(),
): (run: TestRun) => void {
  let last = { at: now(), text: "" };
  return (run) => {
    if (run.status !== "running" || now() - last.at < PROGRESS_ANNOUNCEMENT_MS) return;
    const text = describeTestRunProgress(run);
    if (text === last.text) return;
    last = { at: now(), text };
    announce(text);
  };
}

/** For example “Running “Ask”. 2 of 5 steps done.” */
function describeTestRunProgress(run: TestRun): string {
  const { done, total } = countTestRunSteps(run);
  const key = findStepWithStatus(run, "running");
  const node = key === undefined ? undefined : findStep(run.document, key);
  const current = node ? `Running ${quoteName(getStepName(node))}. ` : "";
  return `${current}${formatNumber(done)} of ${formatCount(total, "step")} done.`;
}
