import type { RunCheckpoint } from "./run-checkpoint.ts";
import type { ThreadUsage } from "#server/threads/thread-pool.ts";
import type { RunMemory } from "./run-memory.ts";
import type { FlowRunEvent, FlowRunOutcome, FlowRunPlan } from "./run-plan.ts";

export interface FlowRunner {
  /** Threads that run scripts, conditions and Liquid templates; absent for a runner without threads. */
  readonly getThreadUsage?: () => ThreadUsage;
  /** Awaits `onEvent` (backpressure); if it throws, or `signal` is aborted, ends the run as cancelled. */
  run(
    plan: FlowRunPlan,
    options: {
      readonly signal: AbortSignal;
      readonly onEvent: (event: FlowRunEvent) => void | Promise<void>;
      /** Its finished steps emit only `step-end`. The run rejects if a save of it fails. */
      readonly checkpoint?: RunCheckpoint | undefined;
      /** The caller releases it when nothing holds the results of the run any more. */
      readonly memory: RunMemory;
    },
  ): Promise<FlowRunOutcome>;
  close(): Promise<void>;
}
