import { type SQL, and, asc, eq, gt, sql } from "drizzle-orm";
import type { RecordRunStatus } from "#contract/run.ts";
import type { Database, Reader, Transaction } from "./database.ts";
import { batchRecords } from "./schema.ts";

export type BatchRecordRow = typeof batchRecords.$inferSelect;

export interface BatchKey {
  readonly organizationId: string;
  readonly batchId: string;
}

/** What waits is not begun any more, nor what its worker left behind. Answers how many that were. */
export async function cancelRecords(
  tx: Transaction,
  { organizationId, batchId }: BatchKey,
  now: Date,
): Promise<number> {
  const result = await tx.execute(sql`
    WITH cancelled AS (
      UPDATE batch_records SET status = 'cancelled', completed_at = ${now.toISOString()}::timestamptz, claim = NULL
      WHERE organization_id = ${organizationId} AND batch_id = ${batchId} AND (status = 'waiting'
        OR (status = 'running' AND claimed_until <= clock_timestamp()))
      RETURNING 1
    )
    SELECT count(*)::integer AS cancelled FROM cancelled`);
  return Number(result.rows[0]?.["cancelled"]);
}

/** A batch that somebody could work on, or tidy up where it has ended. */
export interface IdleBatch extends BatchKey {
  readonly isActive: boolean;
  /** How many records more may be under way. */
  readonly room: number;
}

/** Batches with records that nobody works on, although somebody could. */
export async function findIdleBatches(database: Database): Promise<readonly IdleBatch[]> {
  const record = sql`SELECT 1 FROM batch_records AS records
    WHERE records.organization_id = batches.organization_id AND records.batch_id = batches.id`;
  const result = await database.execute(sql`
    SELECT batches.organization_id, batches.id, batches.status IN ('scheduled', 'running') AS is_active,
      batches.concurrency - held.count AS room
    FROM batches CROSS JOIN LATERAL (
      SELECT count(*)::integer AS count FROM (${record} AND status = 'running' AND claimed_until > clock_timestamp()) AS under_way
    ) AS held
    WHERE ${isLive} AND held.count < batches.concurrency AND (
      EXISTS (${record} AND status = 'waiting')
      OR EXISTS (${record} AND status = 'running' AND claimed_until <= clock_timestamp())
    )`);
  return result.rows.map((row) => ({
    organizationId: String(row["organization_id"]),
    batchId: String(row["id"]),
    isActive: row["is_active"] === true,
    room: Number(row["room"]),
  }));
}

/** The records of a batch in their order, past a place. */
export async function listBatchRecords(
  reader: Reader,
  batch: BatchKey,
  page: {
    readonly status?: RecordRunStatus | undefined;
    readonly after?: number | undefined;
    readonly limit: number;
  },
): Promise<readonly BatchRecordRow[]> {
  return reader
    .select()
    .from(batchRecords)
    .where(
      and(
        isOf(batch),
        page.status && eq(batchRecords.status, page.status),
        page.after === undefined ? undefined : gt(batchRecords.position, page.after),
      ),
    )
    .orderBy(asc(batchRecords.position))
    .limit(page.limit);
}

export async function findBatchRecord(
  reader: Reader,
  batch: BatchKey,
  recordId: string,
): Promise<BatchRecordRow | undefined> {
  const [row] = await reader
    .select()
    .from(batchRecords)
    .where(and(isOf(batch), eq(batchRecords.recordId, recordId)));
  return row;
}

/** Those that may have records under way: they run, or ended lately, while some were. */
export const isLive = sql`(batches.status IN ('scheduled', 'running') OR batches.completed_at > now() - interval '1 day')`;

export function isOf({ organizationId, batchId }: BatchKey): SQL | undefined {
  return and(eq(batchRecords.organizationId, organizationId), eq(batchRecords.batchId, batchId));
}
