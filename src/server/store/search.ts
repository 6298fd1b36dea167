import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { DatabaseReader } from "./database.ts";
import { normalizeNameForSearch } from "./name-key.ts";

export function normalizeSearchText(search: string | undefined): string {
  return normalizeNameForSearch((search ?? "").trim());
}

/**
 * Whether the key contains three consecutive letters or digits, without which a trigram index cannot find the key.
 */
export function hasTrigramForSearchIndex(key: string): boolean {
  return /[\p{L}\p{N}]{3}/u.test(key);
}

/**
 * Matches rows whose name key contains `key`. Uses `strpos` instead of `LIKE` for a key without a trigram: for
 * `LIKE`, PostgreSQL may scan the whole trigram index, but a list page needs only its first rows.
 */
export function buildNameContainsCondition(column: SQLWrapper, key: string): SQL {
  if (!hasTrigramForSearchIndex(key)) return sql`strpos(${column}, ${key}) > 0`;
  return sql`${column} LIKE ${`%${key.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`}`;
}

export async function countRowsUpTo(
  reader: DatabaseReader,
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
