import { and, eq, gt, lte } from "drizzle-orm";
import type { Database, Transaction } from "./database.ts";
import { sessions } from "./schema.ts";

export type SessionRow = typeof sessions.$inferSelect;

/** Sessions that are over are removed by the next sign-in. */
export async function insertSession(tx: Transaction, row: SessionRow): Promise<void> {
  await tx
    .delete(sessions)
    .where(and(eq(sessions.organizationId, row.organizationId), lte(sessions.expiresAt, row.createdAt)));
  await tx.insert(sessions).values(row);
}

export async function findSession(
  database: Database,
  organizationId: string,
  idHash: string,
  now: Date,
): Promise<SessionRow | undefined> {
  const [row] = await database
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.organizationId, organizationId),
        eq(sessions.idHash, idHash),
        gt(sessions.expiresAt, now),
      ),
    );
  return row;
}

export async function deleteSession(tx: Transaction, organizationId: string, idHash: string): Promise<void> {
  await tx
    .delete(sessions)
    .where(and(eq(sessions.organizationId, organizationId), eq(sessions.idHash, idHash)));
}
