import { applyEditCommand } from "#core/commands/edit-command.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import { findStep, getLocationsOfAllSteps, listEnclosingConditionals } from "#core/document/step-list.ts";
import { isStepEnabled } from "#core/document/step.ts";
import { explainUncertainRead, explainUnsetVariableBriefly } from "./explain-read.ts";
import { type VariableValueSources, resolveVariableReads } from "./resolve-reads.ts";
import { isPlatformVariable, findVariableProducers } from "./find-variable-producers.ts";

export type VariableNameExplanation =
  | { readonly type: "platform" }
  | { readonly type: "input" }
  | {
      /** `unset`: steps set the variable, but none of them runs before the reader. */
      readonly type: "set" | "unset";
      /** Possible sources of the value, nearest first; if the type is `unset`, all steps that set the variable. */
      readonly by: readonly StepKey[];
      readonly reason: string | undefined;
      /** Whether the name is the name of a step and refers to that step's result. */
      readonly isStepName: boolean;
    };

/** Explains what a variable name refers to at a step. Treats a disabled step as if it were enabled. */
export function explainVariableName(
  document: FlowDocument,
  key: StepKey,
  name: string,
  types: StepTypeLookup,
): VariableNameExplanation {
  if (isPlatformVariable(name)) return { type: "platform" };
  const running = enableStepAndAncestors(document, key);
  const survey = findVariableProducers(running, types);
  const producers = survey.producers.get(name);
  if (!producers) return { type: "input" };
  const isStepName = survey.stepNames.has(name);
  let source: VariableValueSources | undefined;
  resolveVariableReads(running, {
    types,
    survey,
    only: new Set([name]),
    visit: (step, find) => {
      if (step === key) source = find(name);
    },
  });
  const { steps = [], isSure = false } = source ?? {};
  if (steps.length === 0) {
    return {
      type: "unset",
      by: producers,
      reason: explainUnsetVariableBriefly(document, key, producers),
      isStepName,
    };
  }
  const reason = isSure ? undefined : explainUncertainRead(document, key, steps);
  return { type: "set", by: steps, reason, isStepName };
}

/** Returns the document with the step and the conditionals around it enabled. */
export function enableStepAndAncestors(document: FlowDocument, key: StepKey): FlowDocument {
  const at = getLocationsOfAllSteps(document).get(key);
  if (!at) return document;
  const off = [key, ...listEnclosingConditionals(document, at.list)].filter((step) => {
    const node = findStep(document, step);
    return node && !isStepEnabled(node);
  });
  return applyEditCommand(document, { type: "setEnabled", keys: off, enabled: true });
}
