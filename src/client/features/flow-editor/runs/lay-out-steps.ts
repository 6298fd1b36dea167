import type { StepResult } from "#contract/run.ts";

/** A step on the time line of its execution, as shares of its length, 0 to 1. */
export interface Bar {
  readonly start: number;
  readonly length: number;
}

export interface Timeline {
  /** Milliseconds from the first step's start to the last one's end. */
  readonly duration: number;
  /** By id of the result; steps that did not run have none. */
  readonly bars: ReadonlyMap<string, Bar>;
}

/** Lays the steps of one execution on a line of time. */
export function layOutSteps(steps: readonly StepResult[]): Timeline {
  const spans = steps.flatMap((step) => {
    const start = step.startedAt === null ? Number.NaN : Date.parse(step.startedAt);
    if (Number.isNaN(start) || step.status === "skipped") return [];
    const end = step.completedAt === null ? Number.NaN : Date.parse(step.completedAt);
    return [
      { id: step.id, start, end: Number.isNaN(end) ? start + (step.durationMs ?? 0) : Math.max(start, end) },
    ];
  });
  const first = Math.min(...spans.map(({ start }) => start));
  const duration = spans.length === 0 ? 0 : Math.max(...spans.map(({ end }) => end)) - first;
  // A run that took no time that can be told still has its steps, each of them all of it.
  const share = (ms: number) => (duration === 0 ? 0 : ms / duration);
  const bars = spans.map(
    ({ id, start, end }) =>
      [id, { start: share(start - first), length: duration === 0 ? 1 : share(end - start) }] as const,
  );
  return { duration, bars: new Map(bars) };
}
