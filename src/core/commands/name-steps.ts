import { quoteName } from "#core/text/quote-name.ts";
import type { FlowDocument, StepKey, StepNode } from "#core/document/flow-document.ts";
import { getStepName } from "#core/document/step.ts";
import { findStep } from "#core/document/step-list.ts";
import { getTopmostSteps } from "#core/document/topmost-steps.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

export function formatNameOrCountOfStepKeys(document: FlowDocument, keys: readonly StepKey[]): string {
  return formatNameOrCountOfStepNodes(keys.flatMap((key) => findStep(document, key) ?? []));
}

/** The quoted name for one step, otherwise a count. Steps inside a given conditional do not count. */
export function formatTopmostSteps(document: FlowDocument, keys: readonly StepKey[]): string {
  return formatNameOrCountOfStepNodes(getTopmostSteps(document, keys));
}

export function formatNameOrCountOfStepNodes(nodes: readonly StepNode[]): string {
  const [only, ...others] = nodes;
  return only && others.length === 0
    ? quoteName(getStepName(only))
    : formatCountWithNoun(nodes.length, "step");
}
