import type { RerunReason } from "#contract/run-statuses.ts";
import { BRANCH_NAMES, type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { getStepRunId } from "#core/document/run-ids.ts";
import { type StepLocation, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepConfig, getStepName } from "#core/document/step.ts";
import { type JsonObject, isEqualJson } from "#core/json/json.ts";
import { readStepErrorPolicy } from "#server/runner/step-error-policy.ts";
import type { TakeableResult } from "#server/store/retry-rows.ts";

/** Where a retry starts. Without a step, nothing is left to run. */
export interface PlannedRetryStart {
  readonly step: { readonly position: number; readonly id: string; readonly name: string } | undefined;
  /** Number of steps before it that ran. */
  readonly takenSteps: number;
  /** Set if the step runs again although it had finished. */
  readonly rerunReason?: RerunReason;
}

export interface StepsOfRetry {
  readonly earlier: FlowDocument;
  readonly current: FlowDocument;
}

export function parseStepsOfRetry(
  earlier: readonly JsonObject[],
  current: readonly JsonObject[],
): StepsOfRetry {
  const document = parseFlowDocument({ name: "", flowSteps: current });
  return {
    earlier: earlier === current ? document : parseFlowDocument({ name: "", flowSteps: earlier }),
    current: document,
  };
}

export function hasSameSteps({ earlier, current }: StepsOfRetry): boolean {
  const [before, now] = [listPlaces(earlier), listPlaces(current)];
  return before.length === now.length && now.every((place, at) => isSameStep(before[at], place));
}

/** At the first step whose outcome cannot be taken. Undefined if results of the earlier run have expired. */
export function planRetryStart(
  steps: StepsOfRetry,
  results: readonly TakeableResult[],
): PlannedRetryStart | undefined {
  const byPosition = new Map(results.map((result) => [result.position, result]));
  const last = results.at(-1)?.position ?? -1;
  const before = listPlaces(steps.earlier);
  let takenSteps = 0;
  for (const place of listPlaces(steps.current)) {
    const { node, ordinal: position } = place;
    const result = byPosition.get(position);
    if (!result && position < last) return undefined;
    const step = { position, id: getStepRunId(steps.current, node), name: getStepName(node) };
    const hasSame = isSameStep(before[position], place);
    if (!result || hasEndedRun(result, hasSame && isTolerant(place), results)) return { step, takenSteps };
    const rerunReason = hasSame ? findRerunReason(result) : "changed";
    if (rerunReason) return { step, takenSteps, rerunReason };
    if (result.status !== "skipped") takenSteps += 1;
  }
  return { step: undefined, takenSteps };
}

function findRerunReason({ isOutputCut, isOutputMasked }: TakeableResult): RerunReason | undefined {
  if (isOutputCut) return "cut";
  return isOutputMasked ? "redacted" : undefined;
}

/** Whether the step failed and so ended the run, or comes after the end. */
function hasEndedRun(
  { position, status, skipReason }: TakeableResult,
  isTolerated: boolean,
  results: readonly TakeableResult[],
): boolean {
  if (status === "skipped") return ["failed", "cancelled", "beyond"].includes(skipReason ?? "");
  if (status !== "failed") return status !== "completed";
  // The time limit ends a run also in a step whose failures are tolerated.
  const hasContinued = results.some((later) => later.position > position && later.status !== "skipped");
  return !(isTolerated && hasContinued);
}

function isTolerant({ node }: StepLocation): boolean {
  return readStepErrorPolicy(getStepConfig(node)).isTolerant;
}

function listPlaces(document: FlowDocument): readonly StepLocation[] {
  return [...getLocationsOfAllSteps(document).values()];
}

/** Whether it is the same step in the same place, apart from the steps in its branches. */
function isSameStep(before: StepLocation | undefined, now: StepLocation): boolean {
  if (!before || before.level !== now.level || before.index !== now.index) return false;
  if (before.list.type !== now.list.type) return false;
  if (before.list.type === "branch" && now.list.type === "branch" && before.list.branch !== now.list.branch)
    return false;
  return isEqualJson(withoutBranches(before), withoutBranches(now));
}

function withoutBranches({ node }: StepLocation): JsonObject {
  const { order: _order, ...own } = node.fields;
  if (!node.branches) return own;
  const config = Object.entries(getStepConfig(node));
  return {
    ...own,
    config: Object.fromEntries(config.filter(([name]) => !BRANCH_NAMES.some((branch) => branch === name))),
  };
}
