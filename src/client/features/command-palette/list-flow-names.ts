import { pageStepTypes } from "#client/document/analysis/page-step-types.ts";
import type { Flow } from "#contract/flow.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { listModelUses, listRecordTypeUses } from "#core/references/resource-uses.ts";
import { listSecretUses } from "#core/references/list-secrets.ts";
import { listVariablesSetByStep } from "#core/references/variables-set-by-step.ts";
import type { StepUseSubject } from "#client/flow/step-uses/step-uses-dialog.tsx";

/** Lists the names in a saved flow: unsaved edits are not in the server's index of uses. */
export function listFlowNames(flow: Flow): readonly StepUseSubject[] {
  return [...getLocationsOfAllSteps(parseFlowDocument(flow)).values()].flatMap(
    ({ node }): readonly StepUseSubject[] => [
      ...listVariablesSetByStep(node, pageStepTypes).map(({ name }) => ({ kind: "variable", name }) as const),
      ...listModelUses(node).map(({ name }) => ({ kind: "model", name }) as const),
      ...listSecretUses(node, pageStepTypes).map(({ key }) => ({ kind: "secret", name: key }) as const),
      ...listRecordTypeUses(node).map(({ name }) => ({ kind: "recordType", name }) as const),
    ],
  );
}
