import { and, eq, gt, lte } from "drizzle-orm";
import type { Database, DatabaseTransaction } from "./database.ts";
import { sessionsTable } from "./tables.ts";

export type SessionRow = typeof sessionsTable.$inferSelect;

/** Inserts a session and deletes expired sessions. */
export async function insertSession(tx: DatabaseTransaction, row: SessionRow): Promise<void> {
  await tx
    .delete(sessionsTable)
    .where(
      and(eq(sessionsTable.organizationId, row.organizationId), lte(sessionsTable.expiresAt, row.createdAt)),
    );
  await tx.insert(sessionsTable).values(row);
}

export async function findSession(
  database: Database,
  organizationId: string,
  idHash: string,
  now: Date,
): Promise<SessionRow | undefined> {
  const [row] = await database
    .select()
    .from(sessionsTable)
    .where(
      and(
        eq(sessionsTable.organizationId, organizationId),
        eq(sessionsTable.idHash, idHash),
        gt(sessionsTable.expiresAt, now),
      ),
    );
  return row;
}

export async function deleteSession(
  tx: DatabaseTransaction,
  organizationId: string,
  idHash: string,
): Promise<void> {
  await tx
    .delete(sessionsTable)
    .where(and(eq(sessionsTable.organizationId, organizationId), eq(sessionsTable.idHash, idHash)));
}
