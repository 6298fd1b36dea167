import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { locateSteps } from "#core/step-list.ts";
import { switchOnAround } from "./explain-name.ts";
import { explainMaybe, explainUnset, whyMaybe, whyUnset } from "./explain-read.ts";
import { type Source, resolveReads } from "./resolve-reads.ts";
import { surveyNames } from "./survey-names.ts";

/** A variable of the flow as one of its steps sees it. */
export interface VisibleVariable {
  readonly name: string;
  readonly state: "surely" | "maybe" | "unset";
  /** Who sets it: those whose value it may be, the nearest first; of an unset one all that would. */
  readonly setBy: readonly StepKey[];
  /** Why it may be missing, or is; a sentence. */
  readonly reason: string | undefined;
  /** The same beside its name: “Fetch page sets it later, at step 5”. */
  readonly why: string | undefined;
}

/**
 * All variables that steps of the flow set: first those that the step finds, the nearest setter first, then those that it
 * cannot have. A step that is switched off sees what it would see if it were on.
 */
export function listVariables(
  document: FlowDocument,
  key: StepKey,
  types: StepTypes,
): readonly VisibleVariable[] {
  if (!locateSteps(document).has(key)) return [];
  const running = switchOnAround(document, key);
  const survey = surveyNames(running, types);
  const names = [...survey.producers.keys()].filter((name) => !survey.stepNames.has(name));
  const found = new Map<string, Source>();
  resolveReads(running, {
    types,
    survey,
    visit: (step, find) => {
      if (step === key) for (const name of names) found.set(name, find(name));
    },
  });

  const ordinalOf = (step: StepKey | undefined) =>
    step === undefined ? -1 : (locateSteps(document).get(step)?.ordinal ?? -1);
  const visible: VisibleVariable[] = [];
  const missing: VisibleVariable[] = [];
  for (const name of names) {
    const { steps = [], isSure = false } = found.get(name) ?? {};
    if (steps.length > 0) {
      const reason = isSure ? undefined : explainMaybe(document, key, name, steps);
      const why = isSure ? undefined : whyMaybe(document, key, steps);
      visible.push({ name, state: isSure ? "surely" : "maybe", setBy: steps, reason, why });
    } else {
      const producers = survey.producers.get(name) ?? [];
      if (producers.every((producer) => producer === key)) continue;
      const { message } = explainUnset(document, key, name, producers, false);
      const why = whyUnset(document, key, producers);
      missing.push({ name, state: "unset", setBy: producers, reason: message, why });
    }
  }
  return [...visible.toSorted((a, b) => ordinalOf(b.setBy[0]) - ordinalOf(a.setBy[0])), ...missing];
}
