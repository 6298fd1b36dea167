import type { StepNode } from "#core/flow-document.ts";
import { readSetVariables } from "./read-set-variables.ts";
import type { StepReferences, StepTypes } from "./reference.ts";

/** What the step sets and reads, by itself. Loads the parsers: import it lazily. */
export function readStepReferences(node: StepNode, types: StepTypes): StepReferences {
  return { sets: readSetVariables(node, types), reads: [], faults: [] };
}
