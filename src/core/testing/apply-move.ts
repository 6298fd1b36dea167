import { applyEditCommand } from "#core/commands/index.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { StepPositionInList } from "#core/document/step-list.ts";

export function applyMoveStepsCommand(
  document: FlowDocument,
  keys: readonly StepKey[],
  place: StepPositionInList,
): FlowDocument {
  return applyEditCommand(document, { type: "moveSteps", keys, place });
}
