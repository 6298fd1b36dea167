import type { FlowDocument, StepKey, StepNode } from "./flow-document.ts";
import { getLocationsOfAllSteps, listEnclosingConditionals } from "./step-list.ts";

/** Returns the given steps in document order. Omits unknown keys, and steps inside another given step. */
export function getTopmostSteps(document: FlowDocument, keys: readonly StepKey[]): readonly StepNode[] {
  const known = getLocationsOfAllSteps(document);
  const isNamed = new Set(keys);
  return [...isNamed]
    .flatMap((key) => known.get(key) ?? [])
    .filter(({ list }) => !listEnclosingConditionals(document, list).some((key) => isNamed.has(key)))
    .toSorted((a, b) => a.ordinal - b.ordinal)
    .map(({ node }) => node);
}
