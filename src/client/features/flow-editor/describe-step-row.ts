import { findStepType } from "#contract/step-types.ts";
import { describeBranches } from "#core/describe-branches.ts";
import type { StepNode } from "#core/flow-document.ts";
import { isEnabled, stepName, stepType } from "#core/step.ts";

/** What a screen reader says of a row, its number and name first: “3 Route, Conditional, then 2 · else 1, off”. */
export function describeStepRow(node: StepNode, index: number, problem: string | undefined): string {
  const words = [
    `${index + 1} ${stepName(node)}`,
    describeStepType(stepType(node)),
    describeBranches(node),
    isEnabled(node) ? undefined : "off",
    problem && `problem: ${problem}`,
  ];
  return words.filter(Boolean).join(", ");
}

/** The label of a type; a type that the catalogue does not know says itself. */
export function describeStepType(type: string): string {
  return findStepType(type)?.label ?? (type === "" ? "no type" : type);
}
