import type { RunEvent, RunOutcome, RunPlan } from "./run-plan.ts";

/** Runs flows; made once for a server, with all that steps reach. */
export interface Runner {
  /**
   * Runs a flow to its end, whatever the steps do: it never rejects for what a flow did wrong. `onEvent` is waited for, so
   * that a slow listener slows the run; where it throws, the run stops as cancelled. An aborted `signal` ends the step under
   * way, and the run as cancelled.
   */
  run(
    plan: RunPlan,
    options: { readonly signal: AbortSignal; readonly onEvent: (event: RunEvent) => void | Promise<void> },
  ): Promise<RunOutcome>;
  /** Ends the threads. */
  close(): Promise<void>;
}
