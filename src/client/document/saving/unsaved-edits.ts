import { countUnsavedHistoryEdits } from "#core/history/edit-history.ts";
import { findStep } from "#core/document/step-list.ts";
import { createFlowSaveBody } from "#core/save-body.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import type { InvalidFieldInput } from "#client/document/pending-input.ts";

/** Finds invalid input. Ignores input of deleted steps until undo restores the step. */
export function findFirstInvalidInput({
  invalidInputs,
  history,
}: OpenFlowState): InvalidFieldInput | undefined {
  return invalidInputs.find(({ key }) => findStep(history.document, key) !== undefined);
}

/** Whether some input is incomplete and would be missing from a save. */
export function hasUnfinishedInput(state: OpenFlowState): boolean {
  return findFirstInvalidInput(state) !== undefined || state.pendingJson !== undefined;
}

/** Invalid input and pending JSON count as one each, like an undone unacknowledged save. */
export function countUnsavedEdits(state: OpenFlowState): number {
  const edits = countUnsavedHistoryEdits(state.history);
  const isUndone = edits === 0 && state.unacknowledgedSaves.length > 0;
  const others = [isUndone, findFirstInvalidInput(state) !== undefined, state.pendingJson !== undefined];
  return edits + others.filter(Boolean).length;
}

/**
 * Classifies what the next save would send. `inexact`: the steps must not be sent, because `JSON.parse` rounded a
 * number in them, so the save would change a value that the user never edited.
 */
export function classifyUnsavedChanges({
  history,
  isInexact,
}: OpenFlowState): "nothing" | "exact" | "inexact" {
  const body = createFlowSaveBody(history.base.document, history.document);
  if (Object.keys(body).length === 0) return "nothing";
  return isInexact && body.flowSteps ? "inexact" : "exact";
}
