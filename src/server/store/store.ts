import type { Database, Transaction } from "./database.ts";

/** An open store, migrated and ready, whatever the driver. */
export interface Store {
  readonly kind: "embedded" | "postgres";
  readonly database: Database;
  /** Everything `work` writes is there or nothing is; resolves once it is durable. */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Resolves when a query is answered. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
