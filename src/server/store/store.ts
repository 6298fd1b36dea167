import type { PGliteLike } from "pg-boss";
import type { Database, Transaction } from "./database.ts";
import type { NewsListener, Tell } from "./news.ts";

/** An open store, migrated and ready, whatever the driver. */
export interface Store {
  readonly kind: "embedded" | "postgres";
  readonly database: Database;
  /** The same database as those need it who bring their own tables, which is the queue of jobs. */
  readonly jobs: { readonly pglite: PGliteLike } | { readonly connectionString: string };
  /** Everything `work` writes is there, and all it tells is told, or nothing is; resolves once it is durable. */
  write<T>(work: (tx: Transaction, tell: Tell) => Promise<T>): Promise<T>;
  /** Hears what writes tell, those of other servers on the store included. Returns what ends it. */
  listen(listener: NewsListener): Promise<() => void>;
  /** Resolves when a query is answered. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
