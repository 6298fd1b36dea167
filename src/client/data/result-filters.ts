import type { StepResultSort, StepStatus } from "#contract/run.ts";

/** How far back step results are looked for, in hours. */
export const RESULT_AGES = { hour: 1, day: 24, week: 168 } as const;
export type ResultAge = keyof typeof RESULT_AGES;

/** Which step results, in which order; the newest of all where nothing is said. */
export interface StepResultFilters {
  readonly status?: StepStatus | undefined;
  readonly stepId?: string | undefined;
  readonly recordId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly executionId?: string | undefined;
  readonly age?: ResultAge | undefined;
  readonly sortBy?: StepResultSort | undefined;
  readonly sortOrder?: "asc" | "desc" | undefined;
}
