import { type SQL, sql } from "drizzle-orm";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { getSqlStateOfError } from "./sql-state.ts";
import {
  DEFAULT_PARTITION,
  dropStepResultPartition,
  listStepResultPartitions,
  tryLock,
} from "./step-result-partitions.ts";
import type { Store } from "./store.ts";

const SLICE = 1000;
const SLICE_BATCHES = 50;
const PRUNING_LOCK = 7_268_340_121;

/** Partitions as a whole, other rows in slices, which are counted. Stops while another server prunes. */
export async function deleteOldBatchesAndStepResults(
  store: Pick<Store, "database" | "write">,
  cut: Date,
  mayGoOn: () => boolean,
): Promise<number> {
  const limit = new Date(cut.getTime() - (await measureClockLead(store.database)));
  const partitions = await listStepResultPartitions(store.database);
  for (const { name, to } of partitions)
    if (to <= limit.getTime() && mayGoOn()) await dropStepResultPartition(store, name);
  const mixed = partitions.filter(({ from, to }) => from === -Infinity && to > limit.getTime());
  let pruned = 0;
  for (const name of [DEFAULT_PARTITION, ...mixed.map((partition) => partition.name)])
    pruned += await repeatInSlices(store, mayGoOn, (tx) => deleteResultSlice(tx, name, limit));
  pruned += await repeatInSlices(store, mayGoOn, (tx) => deleteBatchSlice(tx, limit));
  await repeatInSlices(store, mayGoOn, (tx) => deleteHourSlice(tx, limit));
  await repeatInSlices(store, mayGoOn, deleteUnusedSteps).catch((error: unknown) => {
    // A new batch began to use some of the steps. The next pruning deletes the others.
    if (getSqlStateOfError(error) !== "23503") throw error;
  });
  return pruned;
}

/** Tables whose rows are deleted by their age alone. */
type AgingTable = "idempotency_keys" | "schedule_runs";

/** Deletes rows that were created before `cut`. */
export async function deleteOldRows(
  store: Pick<Store, "database" | "write">,
  table: AgingTable,
  cut: Date,
  mayGoOn: () => boolean,
): Promise<number> {
  const limit = new Date(cut.getTime() - (await measureClockLead(store.database)));
  const name = sql.identifier(table);
  const isOld = sql`created_at < ${limit.toISOString()}::timestamptz`;
  return repeatInSlices(store, mayGoOn, (tx) => deleteRows(tx, name, sql`FROM ${name} WHERE ${isOld}`));
}

/** Deletes steps that no batch runs any more. */
async function deleteUnusedSteps(tx: DatabaseTransaction): Promise<number> {
  const { rows } = await tx.execute(sql`
    DELETE FROM batch_steps WHERE (organization_id, hash) IN (
      SELECT organization_id, hash FROM batch_steps WHERE NOT EXISTS (
        SELECT 1 FROM batches
        WHERE batches.organization_id = batch_steps.organization_id AND batches.steps_hash = batch_steps.hash
      ) LIMIT ${SLICE} FOR UPDATE SKIP LOCKED
    ) RETURNING 1`);
  return rows.length;
}

/** Milliseconds ahead. A clock that jumps a year ahead must not cause the deletion of recent rows. */
async function measureClockLead(reader: DatabaseReader): Promise<number> {
  const { rows } = await reader.execute(sql`SELECT extract(epoch FROM clock_timestamp())::float8 AS seconds`);
  const databaseTime = Number(rows[0]?.["seconds"]) * 1000;
  const steadyTime = performance.timeOrigin + performance.now();
  return Math.max(0, Date.now() - Math.min(databaseTime, steadyTime));
}

/** Repeats a slice, each in its own transaction, until it deletes nothing or another server prunes. */
async function repeatInSlices(
  store: Pick<Store, "write">,
  mayGoOn: () => boolean,
  deleteSlice: (tx: DatabaseTransaction) => Promise<number>,
): Promise<number> {
  let pruned = 0;
  for (let deleted = 1; deleted > 0 && mayGoOn(); pruned += deleted)
    deleted = await store.write(async (tx) => ((await tryLock(tx, PRUNING_LOCK)) ? deleteSlice(tx) : 0));
  return pruned;
}

function deleteResultSlice(tx: DatabaseTransaction, partition: string, limit: Date): Promise<number> {
  const isOld = sql`created_at < ${limit.toISOString()}::timestamptz`;
  return deleteRows(tx, sql.identifier(partition), sql`FROM ${sql.identifier(partition)} WHERE ${isOld}`);
}

/** Only after its records, which the next slice finds by the batch's row, also after a crash. */
async function deleteBatchSlice(tx: DatabaseTransaction, limit: Date): Promise<number> {
  const { rows: old } = await tx.execute(sql`
    WITH RECURSIVE organizations (id) AS (
      (SELECT organization_id FROM batches ORDER BY organization_id LIMIT 1)
      UNION ALL
      SELECT (SELECT organization_id FROM batches WHERE organization_id > organizations.id ORDER BY organization_id LIMIT 1)
      FROM organizations WHERE organizations.id IS NOT NULL
    )
    SELECT old.* FROM organizations CROSS JOIN LATERAL (
      SELECT organization_id, batches.id FROM batches
      WHERE organization_id = organizations.id AND created_at < ${limit.toISOString()}::timestamptz
        AND status NOT IN ('scheduled', 'running')
      ORDER BY created_at, batches.id LIMIT ${SLICE_BATCHES}
    ) AS old LIMIT ${SLICE_BATCHES}`);
  if (old.length === 0) return 0;
  const batches = sql`(
    SELECT * FROM json_to_recordset(${JSON.stringify(old)}::json) AS given (organization_id text, id text)
    LIMIT ${old.length}
  ) AS old`;
  const isOfBatch = sql`batch_records.organization_id = old.organization_id AND batch_records.batch_id = old.id`;
  const records = await deleteRows(
    tx,
    sql`batch_records`,
    sql`FROM ${batches} JOIN batch_records ON ${isOfBatch}`,
  );
  if (records === SLICE) return records;
  const isOld = sql`batches.organization_id = old.organization_id AND batches.id = old.id`;
  return records + (await deleteRows(tx, sql`batches`, sql`FROM ${batches} JOIN batches ON ${isOld}`));
}

function deleteHourSlice(tx: DatabaseTransaction, limit: Date): Promise<number> {
  const isOld = sql`hour < ${limit.toISOString()}::timestamptz`;
  return deleteRows(tx, sql`flow_run_hours`, sql`FROM flow_run_hours WHERE ${isOld}`);
}

/** At most a slice. The table must not be partitioned, because of `ctid`. */
async function deleteRows(
  tx: DatabaseTransaction,
  table: SQL | ReturnType<typeof sql.identifier>,
  from: SQL,
) {
  const places = sql`SELECT ${table}.ctid ${from} LIMIT ${SLICE}`;
  const { rows } = await tx.execute(
    sql`DELETE FROM ${table} WHERE ctid = ANY (ARRAY(${places})) RETURNING 1 AS gone`,
  );
  return rows.length;
}
