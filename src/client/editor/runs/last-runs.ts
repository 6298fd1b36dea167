import { createStore } from "zustand/vanilla";

export interface LastRunOfStep {
  readonly status: string;
  readonly completedAt: string;
  readonly durationMs: number | null;
  /** Number of the run's records for which this step failed, of `batchRecords`. */
  readonly failedRecords: number;
  readonly batchRecords: number;
}

/** By step id. A store instead of React state, so that each row subscribes to its own step only. */
export const createLastRunOfEachStepStore = () =>
  createStore<{ readonly byStep: ReadonlyMap<string, LastRunOfStep> }>(() => ({ byStep: new Map() }));

export type LastRunOfEachStepStore = ReturnType<typeof createLastRunOfEachStepStore>;
