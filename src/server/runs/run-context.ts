import type { ServerLogger } from "#server/http/app-context.ts";
import type { StoredRecords } from "#server/records/run-records.ts";
import type { Runner } from "#server/runner/runner.ts";
import type { Store } from "#server/store/store.ts";

/** What running flows stands on. */
export interface RunContext {
  readonly store: Store;
  readonly runner: Runner;
  readonly records: Pick<StoredRecords, "find" | "findAll">;
  readonly logger: ServerLogger;
  /** Milliseconds. */
  readonly now: () => number;
  /** How long results are kept. */
  readonly retentionDays: number;
  /** False: answer the documented API and nothing more. */
  readonly extras: boolean;
}

/**
 * A text as every store can keep it: PostgreSQL has no NUL in texts, nor halves of a pair of surrogates in JSON. Longer
 * ones end with an ellipsis.
 */
export function storableText(text: string, limit: number): string {
  const clean = text.replaceAll("\0", "\u{FFFD}");
  return Buffer.from(clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean).toString();
}
