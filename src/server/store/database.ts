import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** What both drivers answer. */
interface QueryResult<Row> {
  readonly rows: readonly Row[];
}

interface ResultKind extends PgQueryResultHKT {
  type: QueryResult<this["row"]>;
}

/** PostgreSQL through either driver. */
export type Database = PgDatabase<ResultKind>;
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/** Whatever can be read from: the store, or a transaction that must see its own writes. */
export type Reader = Pick<Database, "select" | "execute">;
