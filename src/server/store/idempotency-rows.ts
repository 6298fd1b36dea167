import { and, eq, lte, sql } from "drizzle-orm";
import type { DatabaseTransaction } from "./database.ts";
import { idempotencyKeysTable } from "./schema.ts";

export type IdempotencyRow = typeof idempotencyKeysTable.$inferSelect;

/**
 * Locks the key until the transaction ends. Returns false if another transaction holds the lock, because it is
 * processing the same request.
 */
export async function tryLockIdempotencyKeyInTransaction(
  tx: DatabaseTransaction,
  organizationId: string,
  route: string,
  key: string,
): Promise<boolean> {
  const name = JSON.stringify([organizationId, route, key]);
  const result = await tx.execute(
    sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) AS held`,
  );
  return result.rows[0]?.["held"] === true;
}

/** Finds the stored response for the key, after deleting responses created at or before `expired`. */
export async function findStoredIdempotentResponse(
  tx: DatabaseTransaction,
  { organizationId, route, key }: Pick<IdempotencyRow, "organizationId" | "route" | "key">,
  expired: Date,
): Promise<IdempotencyRow | undefined> {
  await tx
    .delete(idempotencyKeysTable)
    .where(
      and(
        eq(idempotencyKeysTable.organizationId, organizationId),
        lte(idempotencyKeysTable.createdAt, expired),
      ),
    );
  const [row] = await tx
    .select()
    .from(idempotencyKeysTable)
    .where(
      and(
        eq(idempotencyKeysTable.organizationId, organizationId),
        eq(idempotencyKeysTable.route, route),
        eq(idempotencyKeysTable.key, key),
      ),
    );
  return row;
}

export async function insertStoredIdempotentResponse(
  tx: DatabaseTransaction,
  row: IdempotencyRow,
): Promise<void> {
  await tx.insert(idempotencyKeysTable).values(row);
}
