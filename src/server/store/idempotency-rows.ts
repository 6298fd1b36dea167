import { and, eq, lte, sql } from "drizzle-orm";
import type { Transaction } from "./database.ts";
import { idempotencyKeys } from "./schema.ts";

export type IdempotencyRow = typeof idempotencyKeys.$inferSelect;

/** False while another transaction is doing the same request. */
export async function claimKey(
  tx: Transaction,
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

/** The answer given earlier under this key. Answers as old as `expired` are forgotten first. */
export async function findAnswer(
  tx: Transaction,
  organizationId: string,
  route: string,
  key: string,
  expired: Date,
): Promise<IdempotencyRow | undefined> {
  await tx
    .delete(idempotencyKeys)
    .where(and(eq(idempotencyKeys.organizationId, organizationId), lte(idempotencyKeys.createdAt, expired)));
  const [row] = await tx
    .select()
    .from(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.organizationId, organizationId),
        eq(idempotencyKeys.route, route),
        eq(idempotencyKeys.key, key),
      ),
    );
  return row;
}

export async function insertAnswer(tx: Transaction, row: IdempotencyRow): Promise<void> {
  await tx.insert(idempotencyKeys).values(row);
}
