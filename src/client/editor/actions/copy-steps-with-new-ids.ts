import { loadTextReaders, pageStepTypes } from "#client/document/analysis/page-step-types.ts";
import { type FlowDocument, type StepNode, parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { makeCopiedStepsUnique } from "#core/references/make-copied-steps-unique.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";

/** Renames variables of the copies that the document already sets, so that the copies do not overwrite them. */
export async function copyStepsWithNewIds(
  steps: readonly JsonObject[],
  documentNow: () => FlowDocument,
): Promise<readonly StepNode[]> {
  const copied = parseFlowDocument({ name: "", flowSteps: steps });
  await loadTextReaders(() => [documentNow(), copied]);
  return makeCopiedStepsUnique(steps, {
    document: documentNow(),
    mintId: () => createSortableId("step"),
    types: pageStepTypes,
  });
}
