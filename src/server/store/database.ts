import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

interface QueryResult<Row> {
  readonly rows: readonly Row[];
}

interface ResultKind extends PgQueryResultHKT {
  type: QueryResult<this["row"]>;
}

export type Database = PgDatabase<ResultKind>;
export type DatabaseTransaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

export type DatabaseReader = Pick<Database, "select" | "execute">;
