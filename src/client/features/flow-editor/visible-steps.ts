import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { locateSteps } from "#core/step-list.ts";

/** The steps that have a row, in the order of the page: all but those inside a folded conditional. */
export function visibleSteps(document: FlowDocument, folded: ReadonlySet<StepKey>): readonly StepKey[] {
  const hidden = new Set<StepKey>();
  const visible: StepKey[] = [];
  // A conditional comes before what is inside it.
  for (const [key, { list }] of locateSteps(document)) {
    if (list.type === "branch" && (folded.has(list.step) || hidden.has(list.step))) hidden.add(key);
    else visible.push(key);
  }
  return visible;
}
