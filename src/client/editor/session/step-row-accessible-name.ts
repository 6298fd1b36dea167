import { describeBranchStepCounts } from "#core/document/branch-step-counts.ts";
import type { StepNode } from "#core/document/flow-document.ts";
import { getStepConfig, isStepEnabled, getStepName, getStepType } from "#core/document/step.ts";
import { describeStepType } from "#client/flow/describe-step-type.ts";
import { summarizeStepConfig } from "#client/flow/summarize-step-config.ts";

export interface StepRowAccessibleState {
  readonly problem: string | undefined;
  /** The branch that the step is in, such as “Route then”; undefined at the top level. */
  readonly branch: string | undefined;
  readonly isSelected: boolean;
}

/** Number and name first: “3 Route, Conditional, then 2 · else 1, off”, “2 Score, Prompt, in Route then”. */
export function buildStepRowAccessibleName(
  node: StepNode,
  index: number,
  state: StepRowAccessibleState,
): string {
  const words = [
    `${index + 1} ${getStepName(node)}`,
    describeStepType(getStepType(node)),
    state.branch && `in ${state.branch}`,
    describeBranchStepCounts(node),
    isStepEnabled(node) ? undefined : "off",
    state.isSelected ? "selected" : undefined,
    state.problem && `problem: ${state.problem}`,
  ];
  return words.filter(Boolean).join(", ");
}

/** Describes what a step does, for one line beside its name. Empty if the name already says all that is known. */
export function summarizeStepBesideName(node: StepNode): string {
  const summary =
    describeBranchStepCounts(node) ?? summarizeStepConfig(getStepType(node), getStepConfig(node));
  if (summary !== undefined) return summary;
  const type = describeStepType(getStepType(node));
  return type === getStepName(node) ? "" : type;
}
