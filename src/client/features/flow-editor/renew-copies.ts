import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import type { FlowDocument, StepNode } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { renewSteps } from "#core/references/renew-steps.ts";
import { mintId } from "#client/data/mint-id.ts";

/** Copies with ids of their own, and with variables of their own where the document sets one of that name. */
export function renewCopies(steps: readonly JsonObject[], document: FlowDocument): readonly StepNode[] {
  return renewSteps(steps, { document, mintId: () => mintId("step"), types: stepTypes });
}
