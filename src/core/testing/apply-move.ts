import { applyEditCommand } from "#core/commands/edit-command.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { StepPlace } from "#core/document/step-list.ts";

export function applyMoveStepsCommand(
  document: FlowDocument,
  keys: readonly StepKey[],
  place: StepPlace,
): FlowDocument {
  return applyEditCommand(document, { type: "moveSteps", keys, place });
}
