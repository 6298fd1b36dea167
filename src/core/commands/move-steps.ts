import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { type StepPlace, isSameStepListRef, replaceStepListsOfDocument } from "#core/document/step-list.ts";
import { findMoveRefusalReason } from "#core/document/step-place.ts";
import { getTopmostSteps } from "#core/document/topmost-steps.ts";
import type { EditCommandDefinition } from "./command-definition.ts";
import { isStepPlace, isStringArray } from "./field-checks.ts";
import { formatTopmostSteps } from "./name-steps.ts";

export interface MoveStepsCommand {
  readonly type: "moveSteps";
  readonly keys: readonly StepKey[];
  readonly place: StepPlace;
}

/** Moves the steps to one position, in document order. A moved step inside another moved step stays inside it. */
export const moveStepsDefinition: EditCommandDefinition<MoveStepsCommand> = {
  apply: move,
  describe: (document, { keys }) => `move ${formatTopmostSteps(document, keys)}`,
  affectedSteps: ({ keys }) => keys,
  isValid: ({ keys, place }) => isStringArray(keys) && isStepPlace(place),
};

function move(document: FlowDocument, { keys, place }: MoveStepsCommand): FlowDocument {
  const moved = getTopmostSteps(document, keys);
  if (moved.length === 0 || findMoveRefusalReason(document, keys, place)) return document;
  const isMoved = new Set(moved.map((node) => node.key));
  return replaceStepListsOfDocument(document, (steps, list) => {
    const rest = steps.some((node) => isMoved.has(node.key))
      ? steps.filter((node) => !isMoved.has(node.key))
      : steps;
    if (!isSameStepListRef(list, place.list)) return rest;
    const before = steps.slice(0, place.index).filter((node) => !isMoved.has(node.key)).length;
    const result = rest.toSpliced(before, 0, ...moved);
    return result.length === steps.length && result.every((node, index) => node === steps[index])
      ? steps
      : result;
  });
}
