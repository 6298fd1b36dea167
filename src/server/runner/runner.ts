import type { RunCheckpoint } from "./run-checkpoint.ts";
import type { ThreadUsage } from "#server/threads/thread-pool.ts";
import type { FlowRunEvent, FlowRunOutcome, FlowRunPlan } from "./run-plan.ts";

export interface FlowRunner {
  /** Threads that run scripts, conditions and Liquid templates; absent for a runner without threads. */
  readonly getThreadUsage?: () => ThreadUsage;
  /**
   * Runs a flow and reports failures of steps in the outcome instead of rejecting. Awaits `onEvent` (backpressure); if
   * `onEvent` throws, or `signal` is aborted, stops the current step and ends the run as cancelled.
   */
  run(
    plan: FlowRunPlan,
    options: {
      readonly signal: AbortSignal;
      readonly onEvent: (event: FlowRunEvent) => void | Promise<void>;
      /** Has the finished steps, which emit only `step-end`. The run rejects if a checkpoint cannot be saved. */
      readonly checkpoint?: RunCheckpoint | undefined;
    },
  ): Promise<FlowRunOutcome>;
  close(): Promise<void>;
}
