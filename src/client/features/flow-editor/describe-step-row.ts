import { findStepType } from "#contract/step-types.ts";
import { describeBranches } from "#core/describe-branches.ts";
import type { StepNode } from "#core/flow-document.ts";
import { isEnabled, stepName, stepType } from "#core/step.ts";

export interface StepRowState {
  readonly problem: string | undefined;
  /** The branch that the step is in, such as “Route then”; undefined at the top level. */
  readonly branch: string | undefined;
  /** It is one of several that are selected. */
  readonly isSelected: boolean;
}

/**
 * What a screen reader says of a row, its number and name first: “3 Route, Conditional, then 2 · else 1, off”,
 * “2 Score, Prompt, in Route then”.
 */
export function describeStepRow(node: StepNode, index: number, state: StepRowState): string {
  const words = [
    `${index + 1} ${stepName(node)}`,
    describeStepType(stepType(node)),
    state.branch && `in ${state.branch}`,
    describeBranches(node),
    isEnabled(node) ? undefined : "off",
    state.isSelected ? "selected" : undefined,
    state.problem && `problem: ${state.problem}`,
  ];
  return words.filter(Boolean).join(", ");
}

/** The label of a type; a type that the catalogue does not know says itself. */
export function describeStepType(type: string): string {
  return findStepType(type)?.label ?? (type === "" ? "no type" : type);
}
