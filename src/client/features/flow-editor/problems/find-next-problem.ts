import type { Problem } from "#core/dataflow/problem.ts";
import type { StepKey } from "#core/flow-document.ts";

/** The problems that are gone through one by one: errors and warnings, or the notes where there are only those. */
export function listProblemStops(problems: readonly Problem[]): readonly Problem[] {
  const atSteps = problems.filter(({ step }) => step !== undefined);
  const severe = atSteps.filter(({ severity }) => severity !== "info");
  return severe.length > 0 ? severe : atSteps;
}

export interface ProblemPosition {
  /** The problem that was gone to last. */
  readonly current: Problem | undefined;
  /** The step that is looked at now. */
  readonly step: StepKey | undefined;
  /** Where a step stands on the page. */
  readonly ordinalOf: (key: StepKey) => number;
}

/**
 * The next stop in the order of the page, or the one before, and round at the ends. It goes on from the problem that was
 * gone to last, unless another step is looked at by now: then from there, its own problems first.
 */
export function findNextProblem(
  stops: readonly Problem[],
  { current, step, ordinalOf }: ProblemPosition,
  by: 1 | -1,
): Problem | undefined {
  const at = current ? stops.indexOf(current) : -1;
  if (at >= 0 && (step === undefined || step === current?.step)) {
    return stops[(at + by + stops.length) % stops.length];
  }
  if (step === undefined) return stops.at(by > 0 ? 0 : -1);
  const here = ordinalOf(step);
  const ordinal = (problem: Problem) => (problem.step === undefined ? -1 : ordinalOf(problem.step));
  return by > 0
    ? (stops.find((problem) => ordinal(problem) >= here) ?? stops[0])
    : (stops.findLast((problem) => ordinal(problem) < here) ?? stops.at(-1));
}
