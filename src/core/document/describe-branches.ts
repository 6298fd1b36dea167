import { BRANCH_NAMES, type StepNode } from "./flow-document.ts";

export const CONDITIONAL_BRANCH_LABELS = { trueSteps: "then", falseSteps: "else" } as const;

/** Counts the steps per branch: “then 2 · else 1”. Returns undefined for a step that is not a conditional. */
export function describeBranchStepCounts(node: StepNode): string | undefined {
  if (!node.branches) return undefined;
  return BRANCH_NAMES.map(
    (branch) => `${CONDITIONAL_BRANCH_LABELS[branch]} ${node.branches?.[branch]?.length ?? "?"}`,
  ).join(" · ");
}
