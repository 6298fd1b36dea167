import type { Repair } from "#core/dataflow/find-repairs.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import { announce } from "#client/ui/announce.ts";
import { formatCount } from "#client/ui/format-count.ts";
import type { Editor } from "#client/features/flow-editor/editor-context.tsx";
import { findSameProblem } from "./find-same-problem.ts";

type Mender = Pick<Editor, "openFlow" | "analysis" | "problems">;

/** The repairs of a problem in the flow as it is now; none where it is gone. */
export function findRepairsNow({ analysis }: Pick<Editor, "analysis">, problem: Problem): readonly Repair[] {
  const now = analysis.now();
  if (!now) return [];
  const { problems, inputs } = now.analysis;
  // A correction of an input is told where `{{flow:name}}` makes it no problem, too.
  const isInput = problem.code === "unknown-variable" && inputs.some(({ name }) => name === problem.name);
  const same = findSameProblem(problems, problem) ?? (isInput ? problem : undefined);
  return same ? now.dataflow.findRepairs(now.analysis, same) : [];
}

/** Does what a repair's button says, as one edit. Returns whether it was still there to be done. */
export function mendProblem(editor: Mender, problem: Problem, label: string): boolean {
  editor.openFlow.settle();
  const repair = findRepairsNow(editor, problem).find((other) => other.label === label);
  if (repair) applyRepair(editor, repair);
  else announce("The flow has changed: this no longer mends it.", "assertive");
  return repair !== undefined;
}

/** Makes a repair one edit of its own, and says what is left. */
function applyRepair({ openFlow, analysis, problems }: Mender, { label, command }: Repair): void {
  openFlow.sealEdit();
  openFlow.edit(command);
  openFlow.sealEdit();
  // At once, so that what is left can be said and shown.
  analysis.now();
  const left = countProblems(problems.getState().problems);
  announce(`${label}: done. ${left === 0 ? "No problems are" : describeLeft(left)} left.`, "assertive");
}

/** Errors and warnings; notes are none. */
export function countProblems(problems: readonly Problem[]): number {
  return problems.filter(({ severity }) => severity !== "info").length;
}

function describeLeft(left: number): string {
  return `${formatCount(left, "problem")} ${left === 1 ? "is" : "are"}`;
}
