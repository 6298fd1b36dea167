import { createStore } from "zustand/vanilla";

/** How a step ended when it last ran. */
export interface LastStepRun {
  readonly status: string;
  readonly completedAt: string;
  readonly durationMs: number | null;
}

/** By step id: what is known of the last runs of the open flow's steps; rows follow one of them each. */
export const createLastRuns = () =>
  createStore<{ readonly byStep: ReadonlyMap<string, LastStepRun> }>(() => ({ byStep: new Map() }));

export type LastRunsStore = ReturnType<typeof createLastRuns>;
