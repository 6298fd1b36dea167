import type { FlowDocument } from "#core/document/flow-document.ts";
import { countSteps } from "#core/document/step-list.ts";
import { formatStepCount } from "./publish-state.ts";

/** Separate from `describe-flow.ts`, which the flow list loads at startup. */
export function formatDocumentStepCount({ steps }: Pick<FlowDocument, "steps">): string {
  const { total, off } = countSteps(steps);
  return formatStepCount(total, off);
}
