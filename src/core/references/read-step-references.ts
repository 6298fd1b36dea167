import type { StepNode } from "#core/flow-document.ts";
import { readSetVariables } from "./read-set-variables.ts";
import { readStep } from "./read-step.ts";
import { rememberByTexts } from "./remember-by-texts.ts";
import type { StepReferences, StepTypes } from "./reference.ts";

const collectAll = rememberByTexts(collect);

/**
 * What the step sets and reads by itself, in the order of its fields, as plain data. The same object for the same step,
 * also when steps inside it changed. Loads the parsers: import it lazily.
 */
export function readStepReferences(node: StepNode, types: StepTypes): StepReferences {
  return collectAll(node, types);
}

function collect(node: StepNode, types: StepTypes): StepReferences {
  const texts = readStep(node, types);
  return {
    sets: readSetVariables(node, types),
    reads: texts.flatMap(({ at, occurrences }) =>
      occurrences
        .filter(({ mayBeLocal }) => !mayBeLocal)
        .map(({ name, form, path, from, to }) => ({ name, form, path, at, from, to })),
    ),
    faults: texts.flatMap(({ faults }) => faults),
  };
}
