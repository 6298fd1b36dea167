import type { AlertSenderDependencies } from "#server/alerts/alert-sender.ts";
import type { ServerRole } from "#server/config/config.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";
import type { RecordStoreForRuns } from "#server/records/run-records.ts";
import type { RunMemoryBudget } from "#server/runner/run-memory.ts";
import type { FlowRunner } from "#server/runner/runner.ts";
import type { Store } from "#server/store/store.ts";
import type { ServerMetrics } from "#server/telemetry/server-metrics.ts";

/** Why a run was ended from outside. */
export type RunAbortReason = "cancelled" | "stopping";

export interface RunServiceDependencies {
  readonly store: Store;
  readonly runner: FlowRunner;
  readonly memory: RunMemoryBudget;
  readonly records: Pick<RecordStoreForRuns, "find" | "findAll">;
  /** What alerts about runs are sent with. */
  readonly alerts: AlertSenderDependencies;
  readonly logger: ServerLogger;
  readonly metrics: Pick<ServerMetrics, "countMalformedJob">;
  readonly now: () => number;
  readonly retentionDays: number;
  readonly role: ServerRole;
  /** Maximum number of records of batches that this server runs at once. */
  readonly concurrency: number;
  /** Time limit of a run in milliseconds. */
  readonly runMs: number;
  /** Whether responses contain fields beyond Runtype's documented API. */
  readonly extras: boolean;
}

/** Without NUL and lone surrogates, which PostgreSQL cannot store; cut to `limit` characters. */
export function truncateTextForStore(text: string, limit: number): string {
  const clean = text.replaceAll("\0", "\u{FFFD}");
  return Buffer.from(clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean).toString();
}
