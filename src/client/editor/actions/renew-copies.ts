import { stepTypeLookup } from "#contract/step-descriptions/describe-step-type.ts";
import type { FlowDocument, StepNode } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { makeCopiedStepsUnique } from "#core/references/renew-steps.ts";
import { createSortableId } from "#client/data/api/platform.ts";

/**
 * Copies steps with new ids. Renames those variables of the copies that the document already sets, so that the copies
 * do not overwrite them.
 */
export function copyStepsWithNewIds(
  steps: readonly JsonObject[],
  document: FlowDocument,
): readonly StepNode[] {
  return makeCopiedStepsUnique(steps, {
    document,
    mintId: () => createSortableId("step"),
    types: stepTypeLookup,
  });
}
