import { type Column, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Reader } from "./database.ts";
import { nameKey } from "./name-key.ts";

/** What is looked for among name keys; empty where nothing is. */
export function searchKey(search: string | undefined): string {
  return nameKey((search ?? "").trim());
}

/** The rows whose name key, which is in this column, holds another one. */
export function holdsKey(column: Column, key: string): SQL {
  return sql`${column} LIKE ${`%${key.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`}`;
}

/** How many rows of a table are meant, or undefined where they are more than `most` and so not worth counting. */
export async function countUpTo(
  reader: Reader,
  table: PgTable,
  where: SQL | undefined,
  most: number,
): Promise<number | undefined> {
  const some = reader
    .select({ one: sql`1`.as("one") })
    .from(table)
    .where(where)
    .limit(most + 1)
    .as("some");
  const [row] = await reader.select({ total: sql`count(*)`.mapWith(Number) }).from(some);
  const total = row?.total ?? 0;
  return total > most ? undefined : total;
}
