import type { Db, PGliteLike } from "pg-boss";
import type { Database, DatabaseReader, DatabaseTransaction } from "./database.ts";
import type { ChangeListener, PublishChangeEvent } from "./change-listeners.ts";
import type { FlowChangeCounter } from "./flow-changes.ts";
import type { ReadKind } from "./limited-reads.ts";

export interface Store {
  readonly kind: "embedded" | "postgres";
  readonly database: Database;
  readonly flowChanges: FlowChangeCounter;
  /** For users' filters: time limit per statement, cancelled by `signal`. The embedded store ignores both. */
  limitReads(kind: ReadKind, signal?: AbortSignal): DatabaseReader;
  /** Connection for pg-boss, which manages its own tables. */
  readonly jobs: { readonly pglite: PGliteLike } | { readonly db: Db };
  /** Commits the writes of `work` and publishes its events, or does neither. Resolves when the writes are durable. */
  write<T>(work: (tx: DatabaseTransaction, publish: PublishChangeEvent) => Promise<T>): Promise<T>;
  /** Number of connections by state; absent for the embedded store, which has one. */
  readonly getPoolUsage?: () => { readonly idle: number; readonly busy: number; readonly waiting: number };
  listen(listener: ChangeListener): Promise<() => void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
