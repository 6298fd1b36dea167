import type { StepKey } from "#core/document/flow-document.ts";
import { isEqualJson } from "#core/json/json.ts";
import { type Problem, isServerDependentProblem } from "./problem.ts";

/** Reuses the previous list of a step with equal problems, so that its form does not render again. */
export function groupProblemsByStep(
  problems: readonly Problem[],
  before: ReadonlyMap<StepKey, readonly Problem[]>,
): ReadonlyMap<StepKey, readonly Problem[]> {
  const groups = new Map<StepKey, Problem[]>();
  for (const problem of problems) {
    if (problem.step === undefined || isServerDependentProblem(problem)) continue;
    const known = groups.get(problem.step);
    if (known) known.push(problem);
    else groups.set(problem.step, [problem]);
  }
  return new Map(
    [...groups].map(([key, group]) => {
      const old = before.get(key);
      return [key, old && isSameGroup(old, group) ? old : group];
    }),
  );
}

function isSameGroup(a: readonly Problem[], b: readonly Problem[]): boolean {
  return a.length === b.length && a.every((problem, index) => isSameProblem(problem, b[index]));
}

function isSameProblem(a: Problem, b: Problem | undefined): boolean {
  return (
    b !== undefined &&
    a.code === b.code &&
    a.severity === b.severity &&
    a.from === b.from &&
    a.to === b.to &&
    a.name === b.name &&
    a.message === b.message &&
    isEqualJson(a.at, b.at)
  );
}
