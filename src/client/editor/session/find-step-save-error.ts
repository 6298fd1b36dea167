import type { StepKey } from "#core/document/flow-document.ts";
import { listKeysOfStepAndNestedSteps, findStep } from "#core/document/step-list.ts";
import type { SaveValidationProblem } from "#client/document/saving/save-failure.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import type { InvalidFieldInput } from "#client/document/pending-input.ts";

/** Invalid input in its fields, or the server's rejection of the step or of a nested one. */
export function findStepSaveError(state: OpenFlowState, key: StepKey): string | undefined {
  const broken = state.invalidInputs.find((text) => text.key === key);
  if (broken) return broken.message;
  return findStepServerRejection(state, key)?.message;
}

/** Returns why the server rejected the last save, if the reason concerns this step or a step nested in it. */
export function findStepServerRejection(
  { progress, history }: OpenFlowState,
  key: StepKey,
): SaveValidationProblem | undefined {
  if (progress.type !== "refused") return undefined;
  const node = findStep(history.document, key);
  const inside = node ? listKeysOfStepAndNestedSteps(node) : [key];
  return progress.problems.find((problem) => problem.key !== undefined && inside.includes(problem.key));
}

export function findInvalidInputOfField(
  { invalidInputs }: OpenFlowState,
  key: StepKey,
  field: string,
): InvalidFieldInput | undefined {
  return invalidInputs.find((broken) => broken.key === key && broken.field === field);
}
