import type { StepKey } from "#core/flow-document.ts";
import { keysWithin, findStep } from "#core/step-list.ts";
import type { SaveProblem } from "#client/document/save-failure.ts";
import type { OpenFlowState } from "#client/document/open-flow.ts";
import type { BrokenText } from "#client/document/typed-texts.ts";

/** Why this step, or one inside it, keeps the flow from being saved; undefined when it does not. */
export function findStepProblem(state: OpenFlowState, key: StepKey): string | undefined {
  const broken = state.brokenTexts.find((text) => text.key === key);
  if (broken) return broken.message;
  return findRefusal(state, key)?.message;
}

/** What the server had against this step, or against one inside it, when it refused the last save. */
export function findRefusal({ progress, history }: OpenFlowState, key: StepKey): SaveProblem | undefined {
  if (progress.type !== "refused") return undefined;
  const node = findStep(history.document, key);
  const inside = node ? keysWithin(node) : [key];
  return progress.problems.find((problem) => problem.key !== undefined && inside.includes(problem.key));
}

/** The text that waits to be mended in one field of a step. */
export function findBroken(
  { brokenTexts }: OpenFlowState,
  key: StepKey,
  field: string,
): BrokenText | undefined {
  return brokenTexts.find((broken) => broken.key === key && broken.field === field);
}
