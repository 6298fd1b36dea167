import { type RunMemory, RunMemoryBudget } from "#server/runner/run-memory.ts";

/** Starts the memory of a run that never waits. */
export function startUnlimitedRunMemory(): Promise<RunMemory> {
  const budget = new RunMemoryBudget({ all: 2 ** 50, run: 2 ** 40, first: 0, waitMs: 0 });
  return budget.start(new AbortController().signal);
}
