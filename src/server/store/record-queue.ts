import { type SQL, and, eq, sql } from "drizzle-orm";
import type { BatchIdentifier } from "./batch-record-rows.ts";
import { type BatchRow, batchColumns } from "./batch-rows.ts";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { batchesTable } from "./tables.ts";

/** pg-boss's tables, which contain the jobs. Only reads use them. */
export const RECORD_QUEUE_SCHEMA = "pgboss";
export const RECORD_QUEUE = "flowline-records";

const QUEUE_LOCK = 7_268_340_118;

/** The group of a batch's jobs, by which the queue limits how many of them run at once. */
export function getQueueGroupOfBatch({ organizationId, batchId }: BatchIdentifier): string {
  return `${organizationId}/${batchId}`;
}

/**
 * Lets one server at a time take or remove waiting jobs, until the transaction ends: pg-boss counts the running
 * jobs of a group without a lock. Before this call, lock no batch that may be scheduled: a worker that takes the
 * first record of a batch waits for the batch while it holds this lock.
 */
export async function lockRecordQueue(tx: DatabaseTransaction): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(${QUEUE_LOCK})`);
}

/** Call it before a fetch of at most `startable` jobs: more scans all waiting jobs (28 ms for 100,000). */
export async function countActiveRecords(
  reader: DatabaseReader,
): Promise<{ readonly startable: number; readonly running: number }> {
  const result = await reader.execute(sql`
    SELECT coalesce(sum(greatest(0, least(
      batches.concurrency - coalesce(running.jobs, 0),
      least(batches.total_records, batches.queued_records) - batches.processed_records - batches.cancelled_records
        - coalesce(running.jobs, 0)
    ))), 0)::integer AS startable, coalesce(sum(running.jobs), 0)::integer AS running
    FROM batches LEFT JOIN (
      SELECT group_id, count(*)::integer AS jobs FROM ${JOBS} AND state = 'active' GROUP BY group_id
    ) AS running ON running.group_id = batches.organization_id || '/' || batches.id
    WHERE batches.status IN ('scheduled', 'running') AND batches.queued_records > 0`);
  const [row] = result.rows;
  return { startable: Number(row?.["startable"]), running: Number(row?.["running"]) };
}

const JOBS = sql`${sql.raw(RECORD_QUEUE_SCHEMA)}.job WHERE name = ${sql.raw(`'${RECORD_QUEUE}'`)}`;

export interface RecordAttemptKey extends BatchIdentifier {
  readonly position: number;
  readonly executionId: string;
}

/** A record that a worker has begun. */
export interface BegunBatchRecord extends RecordAttemptKey {
  readonly recordId: string;
  readonly recordName: string | null;
  /** JSON of the record, if it is stored only in the batch. */
  readonly inlineRecord: string | null;
  /** Execution id of the first attempt, which names the run until the record ends or is retried deliberately. */
  readonly runKey: string;
  /** JSON of the last checkpoint of an interrupted run. */
  readonly checkpoint: string | null;
  readonly attempts: number;
}

/** Marks records of active batches as running. Leaves out records that have ended, and those of ended batches. */
export async function beginBatchRecords(
  tx: DatabaseTransaction,
  attempts: readonly RecordAttemptKey[],
  now: Date,
): Promise<readonly BegunBatchRecord[]> {
  const result = await tx.execute(sql`
    UPDATE batch_records SET status = 'running', execution_id = taken.execution_id,
      run_key = coalesce(run_key, taken.execution_id), attempts = attempts + 1,
      started_at = ${now.toISOString()}::timestamptz
    FROM ${rowsOf(attempts.map(keyOf))} AS taken
    WHERE ${isTaken} AND batch_records.status IN ('waiting', 'running') AND EXISTS (
      SELECT 1 FROM batches WHERE batches.organization_id = taken.organization_id AND batches.id = taken.batch_id
        AND batches.status IN ('scheduled', 'running')
    )
    RETURNING batch_records.organization_id, batch_records.batch_id, batch_records.position, record_id, record_name,
      record::text AS inline_record, batch_records.execution_id, run_key, checkpoint::text AS checkpoint, attempts`);
  return result.rows.map((row) => ({
    organizationId: String(row["organization_id"]),
    batchId: String(row["batch_id"]),
    position: Number(row["position"]),
    recordId: String(row["record_id"]),
    recordName: typeof row["record_name"] === "string" ? row["record_name"] : null,
    inlineRecord: typeof row["inline_record"] === "string" ? row["inline_record"] : null,
    executionId: String(row["execution_id"]),
    runKey: String(row["run_key"]),
    checkpoint: typeof row["checkpoint"] === "string" ? row["checkpoint"] : null,
    attempts: Number(row["attempts"]),
  }));
}

/** Marks scheduled batches as running. */
export async function startBatches(
  tx: DatabaseTransaction,
  keys: readonly BatchIdentifier[],
  now: Date,
): Promise<void> {
  await tx
    .update(batchesTable)
    .set({ status: "running", startedAt: now })
    .where(and(isAmong(keys), eq(batchesTable.status, "scheduled")));
}

/** Cancels records that a worker took but must not run, because they or their batch have ended. */
export async function cancelRecordsOfEndedBatches(
  tx: DatabaseTransaction,
  attempts: readonly RecordAttemptKey[],
  now: Date,
): Promise<void> {
  await lockBatches(tx, attempts);
  await tx.execute(sql`
    WITH cancelled AS (
      UPDATE batch_records SET status = 'cancelled', completed_at = ${now.toISOString()}::timestamptz, run_key = NULL,
        checkpoint = NULL
      FROM ${rowsOf(attempts.map(keyOf))} AS taken
      WHERE ${isTaken} AND batch_records.status IN ('waiting', 'running') AND EXISTS (
        SELECT 1 FROM batches WHERE batches.organization_id = taken.organization_id AND batches.id = taken.batch_id
          AND batches.status NOT IN ('scheduled', 'running')
      )
      RETURNING batch_records.organization_id, batch_records.batch_id
    )
    UPDATE batches SET cancelled_records = cancelled_records + counted.records FROM (
      SELECT organization_id, batch_id, count(*)::integer AS records FROM cancelled GROUP BY 1, 2
    ) AS counted
    WHERE batches.organization_id = counted.organization_id AND batches.id = counted.batch_id`);
}

/** Marks records that a stopping worker did not finish as waiting again. That attempt does not count. */
export async function putBackBatchRecords(
  tx: DatabaseTransaction,
  attempts: readonly RecordAttemptKey[],
): Promise<void> {
  await tx.execute(sql`
    UPDATE batch_records SET status = 'waiting', execution_id = NULL, started_at = NULL, attempts = attempts - 1
    FROM ${rowsOf(attempts.map(keyOf))} AS taken
    WHERE ${isTaken} AND batch_records.execution_id = taken.execution_id AND batch_records.status = 'running'`);
}

/** Returns the execution ids of those still running; others belong to other workers. */
export async function storeBatchRecordCheckpoints(
  tx: DatabaseTransaction,
  checkpoints: readonly { readonly attempt: RecordAttemptKey; readonly json: string }[],
): Promise<ReadonlySet<string>> {
  const rows = checkpoints.map(({ attempt, json }) => ({ ...keyOf(attempt), json }));
  const result = await tx.execute(sql`
    UPDATE batch_records SET checkpoint = taken.json::json FROM ${rowsOf(rows, sql`, json text`)} AS taken
    WHERE ${isTaken} AND batch_records.execution_id = taken.execution_id AND batch_records.status = 'running'
    RETURNING batch_records.execution_id`);
  return new Set(result.rows.map((row) => String(row["execution_id"])));
}

export async function findBatches(
  reader: DatabaseReader,
  keys: readonly BatchIdentifier[],
): Promise<readonly BatchRow[]> {
  if (keys.length === 0) return [];
  return reader.select(batchColumns).from(batchesTable).where(isAmong(keys));
}

/** Locks the rows in the order of their keys, which prevents deadlocks. Returns those that exist. */
export async function lockBatches(
  tx: DatabaseTransaction,
  keys: readonly BatchIdentifier[],
): Promise<readonly BatchRow[]> {
  return tx
    .select(batchColumns)
    .from(batchesTable)
    .where(isAmong(keys))
    .orderBy(batchesTable.organizationId, batchesTable.id)
    .for("update");
}

function isAmong(keys: readonly BatchIdentifier[]): SQL {
  const pairs = keys.map(({ organizationId, batchId }) => sql`(${organizationId}, ${batchId})`);
  return sql`(${batchesTable.organizationId}, ${batchesTable.id}) IN (${sql.join(pairs, sql`, `)})`;
}

/** Their jobs may still be in the queue if the records never began. */
export async function listCancelledPositions(
  reader: DatabaseReader,
  { organizationId, batchId }: BatchIdentifier,
): Promise<readonly number[]> {
  const { rows } = await reader.execute(sql`
    SELECT position FROM batch_records
    WHERE organization_id = ${organizationId} AND batch_id = ${batchId} AND status = 'cancelled'`);
  return rows.map((row) => Number(row["position"]));
}

/** Large ones, those of older servers, and those of a restored backup. */
export async function findBatchesToEnqueue(
  reader: DatabaseReader,
  limit: number,
): Promise<readonly BatchIdentifier[]> {
  const result = await reader.execute(sql`
    SELECT organization_id, id FROM batches
    WHERE status IN ('scheduled', 'running') AND queued_records < total_records
    ORDER BY created_at LIMIT ${limit}`);
  return result.rows.map((row) => ({
    organizationId: String(row["organization_id"]),
    batchId: String(row["id"]),
  }));
}

/** Undefined if all have jobs, or if the batch has ended. */
export async function lockBatchToEnqueue(
  tx: DatabaseTransaction,
  { organizationId, batchId }: BatchIdentifier,
): Promise<
  | {
      readonly queued: number;
      readonly total: number;
      readonly concurrency: number;
      readonly isRetry: boolean;
    }
  | undefined
> {
  const { rows } = await tx.execute(sql`
    SELECT queued_records AS queued, total_records AS total, concurrency, retry_from FROM batches
    WHERE organization_id = ${organizationId} AND id = ${batchId} AND status IN ('scheduled', 'running')
    FOR UPDATE`);
  const [row] = rows;
  if (!row || Number(row["queued"]) >= Number(row["total"])) return undefined;
  return {
    queued: Number(row["queued"]),
    total: Number(row["total"]),
    concurrency: Number(row["concurrency"]),
    isRetry: row["retry_from"] !== null,
  };
}

/** Lists the positions of waiting records from `from` (inclusive) to `to` (exclusive). */
export async function listWaitingPositions(
  reader: DatabaseReader,
  { organizationId, batchId }: BatchIdentifier,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly number[]> {
  const { rows } = await reader.execute(sql`
    SELECT position FROM batch_records
    WHERE organization_id = ${organizationId} AND batch_id = ${batchId} AND status = 'waiting'
      AND position >= ${from} AND position < ${to}
    ORDER BY position`);
  return rows.map((row) => Number(row["position"]));
}

/** False if an older server may still be running a record. `isAlone`: no other server uses the store. */
export async function releaseClaimedRecords(
  tx: DatabaseTransaction,
  { organizationId, batchId }: BatchIdentifier,
  isAlone: boolean,
): Promise<boolean> {
  const ofBatch = sql`organization_id = ${organizationId} AND batch_id = ${batchId} AND status = 'running'`;
  const held = await tx.execute(
    sql`SELECT 1 FROM batch_records WHERE ${ofBatch} AND claimed_until > clock_timestamp() LIMIT 1`,
  );
  if (held.rows.length > 0 && !isAlone) return false;
  await tx.execute(
    sql`UPDATE batch_records SET status = 'waiting', claim = NULL, claimed_until = NULL WHERE ${ofBatch}`,
  );
  return true;
}

/** Lists the positions of the records that are marked as running, by batch. */
export async function listRunningRecords(
  reader: DatabaseReader,
): Promise<readonly (BatchIdentifier & { readonly positions: readonly number[] })[]> {
  const result = await reader.execute(sql`
    SELECT organization_id, batch_id, json_agg(position)::text AS positions FROM batch_records
    WHERE status = 'running' GROUP BY 1, 2`);
  return result.rows.map((row) => ({
    organizationId: String(row["organization_id"]),
    batchId: String(row["batch_id"]),
    positions: JSON.parse(String(row["positions"])) as readonly number[],
  }));
}

const isTaken = sql`batch_records.organization_id = taken.organization_id AND batch_records.batch_id = taken.batch_id
  AND batch_records.position = taken.position`;

function keyOf({ organizationId, batchId, position, executionId }: RecordAttemptKey) {
  return { organization_id: organizationId, batch_id: batchId, position, execution_id: executionId };
}

/** LIMIT gives the planner the number of rows; its default of 100 would lead to a sequential scan. */
function rowsOf(rows: readonly ReturnType<typeof keyOf>[], more: SQL = sql``): SQL {
  return sql`(
    SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::json) AS given (
      organization_id text, batch_id text, position integer, execution_id text${more}
    ) LIMIT ${rows.length}
  )`;
}
