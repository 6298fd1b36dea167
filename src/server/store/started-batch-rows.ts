import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { startedBatchesTable } from "./tables.ts";

export type StartedBatchRow = typeof startedBatchesTable.$inferSelect;

/** Days for which started batches are kept. */
const KEPT_DAYS = 90;

const MAX_LISTED_BATCHES = 100;

/** Inserts the batch or replaces its state, and deletes batches that are too old. */
export async function upsertStartedBatch(tx: DatabaseTransaction, row: StartedBatchRow): Promise<void> {
  const { organizationId, batch } = row;
  // By the database's clock: the times of batches are the API's, and may lie in the future.
  const oldest = sql<Date>`now() - make_interval(days => ${KEPT_DAYS})`;
  await tx
    .delete(startedBatchesTable)
    .where(
      and(eq(startedBatchesTable.organizationId, organizationId), lt(startedBatchesTable.startedAt, oldest)),
    );
  await tx
    .insert(startedBatchesTable)
    .values(row)
    .onConflictDoUpdate({
      target: [startedBatchesTable.organizationId, startedBatchesTable.id],
      set: { batch },
    });
}

export async function findStartedBatch(
  reader: DatabaseReader,
  organizationId: string,
  id: string,
): Promise<StartedBatchRow | undefined> {
  const [row] = await reader
    .select()
    .from(startedBatchesTable)
    .where(and(eq(startedBatchesTable.organizationId, organizationId), eq(startedBatchesTable.id, id)));
  return row;
}

/** Returns the newest batches of a flow. */
export async function listStartedBatches(
  reader: DatabaseReader,
  organizationId: string,
  flowId: string,
): Promise<readonly StartedBatchRow[]> {
  return reader
    .select()
    .from(startedBatchesTable)
    .where(
      and(eq(startedBatchesTable.organizationId, organizationId), eq(startedBatchesTable.flowId, flowId)),
    )
    .orderBy(desc(startedBatchesTable.startedAt))
    .limit(MAX_LISTED_BATCHES);
}
