import type { StepNode } from "#core/document/flow-document.ts";
import { listVariablesSetByStep } from "./variables-set-by-step.ts";
import { readStepTexts } from "./read-step.ts";
import { type MemoizedStepFunction, memoizeStepFunction } from "./memoize-step-function.ts";
import type { StepReferencesAndFaults, StepTypeLookup } from "./reference.ts";

/** In field order, without nested steps, cached. Loads the parsers: import it lazily. */
export const readStepReferences: MemoizedStepFunction<StepReferencesAndFaults> = memoizeStepFunction(collect);

function collect(node: StepNode, types: StepTypeLookup): StepReferencesAndFaults {
  const { texts, readsAll } = readStepTexts(node, types);
  return {
    sets: listVariablesSetByStep(node, types),
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
