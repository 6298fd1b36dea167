import type { FlowDocument } from "#core/document/flow-document.ts";
import { countSteps } from "#core/document/step-list.ts";
import { formatStepCount } from "./describe-flow.ts";

/** Formats the number of all steps, nested ones included. Apart from `describe-flow.ts`, which the list loads at its start. */
export function formatDocumentStepCount({ steps }: Pick<FlowDocument, "steps">): string {
  const { total, off } = countSteps(steps);
  return formatStepCount(total, off);
}
