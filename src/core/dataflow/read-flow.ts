import type { FlowDocument, StepNode } from "#core/document/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { StepReferencesAndFaults, StepTypeLookup } from "#core/references/reference.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";

export interface StepWithReferences {
  readonly node: StepNode;
  readonly references: StepReferencesAndFaults;
}

const flows = new WeakMap<StepTypeLookup, WeakMap<FlowDocument, readonly StepWithReferences[]>>();

export function readFlowReferences(
  document: FlowDocument,
  types: StepTypeLookup,
): readonly StepWithReferences[] {
  let known = flows.get(types);
  if (!known) flows.set(types, (known = new WeakMap()));
  const found = known.get(document);
  if (found) return found;
  const steps: StepWithReferences[] = [];
  for (const { node } of getLocationsOfAllSteps(document).values()) {
    steps.push({ node, references: readStepReferences(node, types) });
  }
  known.set(document, steps);
  return steps;
}
