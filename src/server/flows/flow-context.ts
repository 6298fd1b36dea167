import { randomBytes } from "node:crypto";
import { createId } from "#core/new-step.ts";
import type { Store } from "#server/store/store.ts";

/** What the flow endpoints stand on. */
export interface FlowContext {
  readonly store: Store;
  /** Milliseconds. */
  readonly now: () => number;
  /** False: answer the documented API and nothing more. */
  readonly extras: boolean;
  readonly extraStepTypes: readonly string[];
  /** Where people find the dashboard, if that is known. */
  readonly publicUrl: string | undefined;
}

type IdPrefix = "flow" | "flowver" | "step" | "batch" | "exec" | "stepres";

export function mintId(prefix: IdPrefix, now: number): string {
  return createId(prefix, now, randomBytes(10));
}
