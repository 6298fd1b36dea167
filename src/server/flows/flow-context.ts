import { randomBytes } from "node:crypto";
import type { SAMPLE_FLOW_ID_PREFIX } from "#contract/flow.ts";
import { createTypeId } from "#core/document/type-id.ts";
import type { Caller } from "#server/domain/caller.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import type { Store } from "#server/store/store.ts";
import type { FlowChangeEvent } from "./flow-events.ts";
import type { PreparedStepContents } from "./step-index/index-entry.ts";

export interface FlowServiceDependencies {
  readonly store: Store;
  readonly now: () => number;
  /** Whether the extensions beyond the documented API are enabled. */
  readonly extras: boolean;
  readonly extraStepTypes: readonly string[];
  /** Address of the dashboard. A function, because the port may be known only once the server listens. */
  readonly dashboardOrigin: () => string;
}

export interface FlowWriteTransactionContext {
  readonly tx: DatabaseTransaction;
  readonly caller: Caller;
  /** Refuses the write if the flow has another revision. Undefined overwrites any. */
  readonly ifMatch?: string | undefined;
  readonly publish: (event: FlowChangeEvent) => void;
  /** What the index of steps is to hold of the steps to be written. */
  readonly stepContents?: PreparedStepContents | undefined;
  /** Set for an upsert: the flow then stores the hash of the definition as that of its last upsert. */
  readonly upsert?: UpsertWrite | undefined;
}

interface UpsertWrite {
  /** Whether a draft with another definition is kept as a version of its own instead of being replaced. */
  readonly keepsDraft: boolean;
  readonly label: string | null;
  readonly notes: string | null;
}

type IdPrefix =
  | "flow"
  | typeof SAMPLE_FLOW_ID_PREFIX
  | "flowver"
  | "step"
  | "batch"
  | "exec"
  | "stepres"
  | "schedule"
  | "schedrun"
  | "alert"
  | "alertsend";

export function createPrefixedId(prefix: IdPrefix, now: number): string {
  return createTypeId(prefix, now, randomBytes(10));
}
