import { BRANCHES, type StepNode } from "./flow-document.ts";

/** What a person calls the lists of a conditional. */
export const BRANCH_WORDS = { trueSteps: "then", falseSteps: "else" } as const;

/** “then 2 · else 1”: what a conditional's row says of its inside; undefined for any other step. */
export function describeBranches(node: StepNode): string | undefined {
  if (!node.branches) return undefined;
  return BRANCHES.map((branch) => `${BRANCH_WORDS[branch]} ${node.branches?.[branch]?.length ?? "?"}`).join(
    " · ",
  );
}
