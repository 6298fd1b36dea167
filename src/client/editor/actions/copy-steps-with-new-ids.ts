import { stepTypeLookup } from "#contract/step-descriptions/find-step-description.ts";
import type { FlowDocument, StepNode } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { makeCopiedStepsUnique } from "#core/references/make-copied-steps-unique.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";

/** Renames variables of the copies that the document already sets, so that the copies do not overwrite them. */
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
