import type { StepNode } from "#core/flow-document.ts";
import { readSetVariables } from "./read-set-variables.ts";
import { readStep } from "./read-step.ts";
import { type RememberedByTexts, rememberByTexts } from "./remember-by-texts.ts";
import type { StepReferences, StepTypes } from "./reference.ts";

/**
 * What the step sets and reads by itself, in the order of its fields, as plain data. The same object for the same step,
 * also when steps inside it changed. Loads the parsers: import it lazily.
 */
export const readStepReferences: RememberedByTexts<StepReferences> = rememberByTexts(collect);

function collect(node: StepNode, types: StepTypes): StepReferences {
  const { texts, readsAll } = readStep(node, types);
  return {
    sets: readSetVariables(node, types),
    reads: texts.flatMap(({ at, occurrences }) =>
      occurrences
        .filter(({ mayBeLocal }) => !mayBeLocal)
        .map(({ name, form, path, from, to }) => ({ name, form, path, at, from, to })),
    ),
    faults: texts.flatMap(({ faults }) => faults),
    readsAll,
    mayRead: texts.flatMap(({ occurrences }) =>
      occurrences.filter(({ mayBeLocal }) => mayBeLocal).map(({ name }) => name),
    ),
  };
}
