import type { FlowDocument } from "#core/document/flow-document.ts";
import { countSteps } from "#core/document/step-list.ts";
import { formatStepCount } from "./publish-state.ts";

/**
 * Formats the number of all steps, nested ones included. Separate from `describe-flow.ts`, which the flow
 * list loads at startup and which therefore must stay small.
 */
export function formatDocumentStepCount({ steps }: Pick<FlowDocument, "steps">): string {
  const { total, off } = countSteps(steps);
  return formatStepCount(total, off);
}
