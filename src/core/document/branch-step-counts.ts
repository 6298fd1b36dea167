import { BRANCH_NAMES, type StepNode } from "./flow-document.ts";
import { countSteps } from "./step-list.ts";

export const CONDITIONAL_BRANCH_LABELS = { trueSteps: "then", falseSteps: "else" } as const;

/** Counts the steps per branch, nested ones included: “then 2 · else 1”; undefined if the step is no conditional. */
export function describeBranchStepCounts(node: StepNode): string | undefined {
  if (!node.branches) return undefined;
  return BRANCH_NAMES.map((branch) => {
    const steps = node.branches?.[branch];
    return `${CONDITIONAL_BRANCH_LABELS[branch]} ${steps ? countSteps(steps).total.toLocaleString("en-GB") : "?"}`;
  }).join(" · ");
}
