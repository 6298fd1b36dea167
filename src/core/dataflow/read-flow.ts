import type { FlowDocument, StepNode } from "#core/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { StepReferences, StepTypes } from "#core/references/reference.ts";
import { locateSteps } from "#core/step-list.ts";

/** A step of a flow, nested or not, with what it sets and reads by itself. */
export interface ReadStep {
  readonly node: StepNode;
  readonly references: StepReferences;
}

const flows = new WeakMap<StepTypes, WeakMap<FlowDocument, readonly ReadStep[]>>();

/** Every step in the order of the page, read. Listed once per document. */
export function readFlow(document: FlowDocument, types: StepTypes): readonly ReadStep[] {
  let known = flows.get(types);
  if (!known) flows.set(types, (known = new WeakMap()));
  const found = known.get(document);
  if (found) return found;
  const steps: ReadStep[] = [];
  for (const { node } of locateSteps(document).values()) {
    steps.push({ node, references: readStepReferences(node, types) });
  }
  known.set(document, steps);
  return steps;
}
