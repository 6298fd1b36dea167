import { type Problem, looseId } from "#core/dataflow/problem.ts";

/** Tells apart the problems of one state of a flow. */
export function strictId(problem: Problem): string {
  return `${looseId(problem)} ${problem.from} ${problem.to} ${problem.message}`;
}

/** A problem of an earlier state of the flow among those of a later one: just as it was, else where an edit moved it. */
export function findSameProblem(problems: readonly Problem[], problem: Problem): Problem | undefined {
  const id = looseId(problem);
  const likely = problems.filter((other) => other.code === problem.code && looseId(other) === id);
  return likely.find((other) => strictId(other) === strictId(problem)) ?? likely[0];
}
