import type { Problem } from "#core/dataflow/problem.ts";

/** The same for a problem and for what it is after an edit in front of it, which moves its offsets. */
export function looseId({ code, step, at, name }: Problem): string {
  return JSON.stringify([code, step ?? "", at, name ?? ""]);
}

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
