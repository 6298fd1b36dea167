import { applyCommand } from "#core/command.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { findStep, locateSteps, stepsAround } from "#core/step-list.ts";
import { isEnabled } from "#core/step.ts";
import { whyMaybe, whyUnset } from "./explain-read.ts";
import { type Source, resolveReads } from "./resolve-reads.ts";
import { isPlatformName, surveyNames } from "./survey-names.ts";

/** What a name stands for where a step reads it. */
export type NameMeaning =
  | { readonly type: "platform" }
  /** No step sets it: the run supplies it. */
  | { readonly type: "input" }
  | {
      /** `unset`: steps set it, but none that has run by then. */
      readonly type: "set" | "unset";
      /** Those whose value it may be, the nearest first; of an unset one all that would set it. */
      readonly by: readonly StepKey[];
      /** Why it may be missing, or is: “Fetch page sets it later, at step 5”. */
      readonly reason: string | undefined;
      /** It is what a step is called, and stands for that step's result. */
      readonly isStepName: boolean;
    };

/** For one name of one step. A step that is switched off is told what it would find if it were on. */
export function explainName(
  document: FlowDocument,
  key: StepKey,
  name: string,
  types: StepTypes,
): NameMeaning {
  if (isPlatformName(name)) return { type: "platform" };
  const running = switchOnAround(document, key);
  const survey = surveyNames(running, types);
  const producers = survey.producers.get(name);
  if (!producers) return { type: "input" };
  const isStepName = survey.stepNames.has(name);
  let source: Source | undefined;
  resolveReads(running, {
    types,
    survey,
    only: new Set([name]),
    visit: (step, find) => {
      if (step === key) source = find(name);
    },
  });
  const { steps = [], isSure = false } = source ?? {};
  if (steps.length === 0) {
    return { type: "unset", by: producers, reason: whyUnset(document, key, producers), isStepName };
  }
  const reason = isSure ? undefined : whyMaybe(document, key, steps);
  return { type: "set", by: steps, reason, isStepName };
}

/** The flow in which a step runs: it and what it is inside of are on. */
export function switchOnAround(document: FlowDocument, key: StepKey): FlowDocument {
  const at = locateSteps(document).get(key);
  if (!at) return document;
  const off = [key, ...stepsAround(document, at.list)].filter((step) => {
    const node = findStep(document, step);
    return node && !isEnabled(node);
  });
  return applyCommand(document, { type: "setEnabled", keys: off, enabled: true });
}
