import type { ProblemQuickFix } from "#core/dataflow/find-quick-fixes.ts";
import { type Problem, findProblemInLaterAnalysis } from "#core/dataflow/problem.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";

type Fixer = Pick<Editor, "openFlow" | "analysis" | "problems">;

/** Finds the quick fixes of a problem in the current document; returns none if the problem no longer exists. */
export function findCurrentQuickFixes(
  { analysis }: Pick<Editor, "analysis">,
  problem: Problem,
): readonly ProblemQuickFix[] {
  const now = analysis.now();
  if (!now) return [];
  const { problems, inputs } = now.analysis;
  // An input such as `{{flow:name}}` is no problem, but may be a misspelling with a quick fix.
  const isInput = problem.code === "unknown-variable" && inputs.some(({ name }) => name === problem.name);
  const same = findProblemInLaterAnalysis(problems, problem) ?? (isInput ? problem : undefined);
  return same ? now.dataflow.findQuickFixes(now.analysis, same) : [];
}

/** Applies the quick fix with this label as one edit. Returns false if the quick fix is no longer available. */
export function applyQuickFixForProblem(editor: Fixer, problem: Problem, label: string): boolean {
  editor.openFlow.flush();
  const quickFix = findCurrentQuickFixes(editor, problem).find((other) => other.label === label);
  if (quickFix) applyQuickFix(editor, quickFix);
  else announceToScreenReaders("The flow changed. This fix no longer applies.", "assertive");
  return quickFix !== undefined;
}

function applyQuickFix({ openFlow, analysis, problems }: Fixer, { label, command }: ProblemQuickFix): void {
  openFlow.sealEdit();
  openFlow.edit(command);
  openFlow.sealEdit();
  // Analyzes at once, because the announcement counts the remaining problems.
  analysis.now();
  const remaining = countFlowErrorsAndWarnings(problems.getState().problems);
  announceToScreenReaders(
    `${label}: done. ${remaining === 0 ? "No problems" : formatCount(remaining, "problem")} left.`,
    "assertive",
  );
}

export function countFlowErrorsAndWarnings(problems: readonly Problem[]): number {
  return problems.filter(({ severity }) => severity !== "info").length;
}
