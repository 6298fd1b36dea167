import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { enableStepAndAncestors } from "./explain-name.ts";
import {
  explainUncertainVariableRead,
  explainUnsetVariable,
  explainUncertainRead,
  explainUnsetVariableBriefly,
} from "./explain-read.ts";
import { listFlowInputVariables } from "./list-inputs.ts";
import { type VariableValueSources, resolveVariableReads } from "./resolve-reads.ts";
import { findVariableProducers } from "./find-variable-producers.ts";

export interface VariableWithStateAtStep {
  readonly name: string;
  /** `input`: no step sets the variable, and another step reads it. */
  readonly state: "surely" | "maybe" | "unset" | "input";
  /** Possible sources of the value, nearest first; for an unset variable, all steps that set it. Empty for an input. */
  readonly setBy: readonly StepKey[];
  readonly reason: string | undefined;
  /** A clause without the step's name: “Fetch page sets it later, at step 5”. */
  readonly why: string | undefined;
}

/** Variables with a value first, nearest first, then inputs, then others. Treats a disabled step as enabled. */
export function listVariablesWithStateAtStep(
  document: FlowDocument,
  key: StepKey,
  types: StepTypeLookup,
): readonly VariableWithStateAtStep[] {
  if (!getLocationsOfAllSteps(document).has(key)) return [];
  const running = enableStepAndAncestors(document, key);
  const survey = findVariableProducers(running, types);
  const names = [...survey.producers.keys()].filter((name) => !survey.stepNames.has(name));
  const found = new Map<string, VariableValueSources>();
  const reads = resolveVariableReads(running, {
    types,
    survey,
    visit: (step, find) => {
      if (step === key) for (const name of names) found.set(name, find(name));
    },
  });

  const ordinalOf = (step: StepKey | undefined) =>
    step === undefined ? -1 : (getLocationsOfAllSteps(document).get(step)?.ordinal ?? -1);
  const visible: VariableWithStateAtStep[] = [];
  const missing: VariableWithStateAtStep[] = [];
  for (const name of names) {
    const { steps = [], isSure = false } = found.get(name) ?? {};
    if (steps.length > 0) {
      const reason = isSure ? undefined : explainUncertainVariableRead(document, key, name, steps).message;
      const why = isSure ? undefined : explainUncertainRead(document, key, steps);
      visible.push({ name, state: isSure ? "surely" : "maybe", setBy: steps, reason, why });
    } else {
      const producers = survey.producers.get(name) ?? [];
      if (producers.every((producer) => producer === key)) continue;
      const { message } = explainUnsetVariable(document, { reader: key, name, isStepName: false }, producers);
      const why = explainUnsetVariableBriefly(document, key, producers);
      missing.push({ name, state: "unset", setBy: producers, reason: message, why });
    }
  }
  // Leaves out likely typos, and names that only this step reads, such as the one that the user is typing.
  const inputs = listFlowInputVariables(reads, survey)
    .filter(
      ({ correction, reads: readers }) =>
        correction === undefined && readers.some(({ step }) => step !== key),
    )
    .map(({ name }) => ({ name, state: "input" as const, setBy: [], reason: undefined, why: undefined }));
  const sorted = visible.toSorted((a, b) => ordinalOf(b.setBy[0]) - ordinalOf(a.setBy[0]));
  return [...sorted, ...inputs, ...missing];
}
