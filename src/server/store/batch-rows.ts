import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type SQL, and, desc, eq, gt, gte, inArray, lte, sql } from "drizzle-orm";
import type { RunOutcome, RunStartCause } from "#contract/run-statuses.ts";
import type { JsonObject } from "#core/json/json.ts";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { type RecordSelectionCriteria, buildRecordSqlCondition } from "./record-scan.ts";
import { batchRecordsTable, batchStepsTable, batchesTable, flowTagsTable } from "./tables.ts";

type StoredBatch = typeof batchesTable.$inferSelect;

export type BatchRow = Omit<StoredBatch, "steps" | "stepsHash" | "queuedRecords" | "runInputs">;
export type BatchChanges = Partial<typeof batchesTable.$inferInsert>;

export interface BatchListPosition {
  readonly createdAt: Date;
  readonly id: string;
}

export const batchColumns = {
  organizationId: batchesTable.organizationId,
  id: batchesTable.id,
  userId: batchesTable.userId,
  flowId: batchesTable.flowId,
  flowName: batchesTable.flowName,
  flowVersionId: batchesTable.flowVersionId,
  recordType: batchesTable.recordType,
  scopes: batchesTable.scopes,
  isVirtual: batchesTable.isVirtual,
  status: batchesTable.status,
  totalRecords: batchesTable.totalRecords,
  processedRecords: batchesTable.processedRecords,
  failedRecords: batchesTable.failedRecords,
  cancelledRecords: batchesTable.cancelledRecords,
  maxRetries: batchesTable.maxRetries,
  concurrency: batchesTable.concurrency,
  error: batchesTable.error,
  isSingle: batchesTable.isSingle,
  recordName: batchesTable.recordName,
  startCause: batchesTable.startCause,
  keyName: batchesTable.keyName,
  retryOf: batchesTable.retryOf,
  scheduleId: batchesTable.scheduleId,
  totalTokens: batchesTable.totalTokens,
  estimatedCost: batchesTable.estimatedCost,
  firstError: batchesTable.firstError,
  retryFrom: batchesTable.retryFrom,
  createdAt: batchesTable.createdAt,
  startedAt: batchesTable.startedAt,
  completedAt: batchesTable.completedAt,
};

const ACTIVE = ["scheduled", "running"] as const;

export function isActiveBatch({ status }: Pick<BatchRow, "status">): boolean {
  return status === "scheduled" || status === "running";
}

/** What a batch runs, as JSON texts. Batches with the same steps share one copy, which never changes. */
interface BatchDefinition {
  readonly steps: string;
  /** Of a single run. */
  readonly runInputs: string | null;
}

export async function insertBatch(
  tx: DatabaseTransaction,
  row: BatchRow,
  { steps, runInputs }: BatchDefinition,
): Promise<void> {
  const { organizationId } = row;
  const hash = createHash("sha256").update(steps).digest("base64url");
  const shared = sql`FROM batch_steps WHERE organization_id = ${organizationId} AND hash = ${hash}`;
  // Locks the copy against its deletion with the last older batch that refers to it.
  while ((await tx.execute(sql`SELECT 1 ${shared} FOR KEY SHARE`)).rows.length === 0)
    await tx.insert(batchStepsTable).values({ organizationId, hash, steps }).onConflictDoNothing();
  await tx.insert(batchesTable).values({ ...row, runInputs, stepsHash: hash });
}

/** Adds the matching records, oldest first. Returns their number. */
export async function addSelectedRecordsToBatch(
  tx: DatabaseTransaction,
  { organizationId, id }: Pick<BatchRow, "organizationId" | "id">,
  selection: RecordSelectionCriteria,
): Promise<number> {
  const result = await tx.execute(sql`
    WITH filled AS (
      INSERT INTO batch_records (organization_id, batch_id, position, record_id, record_name)
      SELECT organization_id, ${id}, row_number() OVER (ORDER BY created_at, id) - 1, id, name
      FROM records WHERE ${buildRecordSqlCondition(organizationId, selection)}
      RETURNING 1
    )
    SELECT count(*)::integer AS filled FROM filled`);
  return Number(result.rows[0]?.["filled"]);
}

/** A stored record, or, if `record` is set, a record that is stored only in the batch. */
export interface NewBatchRecord {
  readonly id: string;
  readonly record?: JsonObject;
}

/** Per statement: one for all of a large batch would block the thread of an embedded store for seconds. */
const RECORDS_PER_STATEMENT = 1000;

/** Whether any of the records is stored, or was in an earlier batch. */
export async function isAnyRecordKnown(
  reader: DatabaseReader,
  organizationId: string,
  records: readonly NewBatchRecord[],
): Promise<boolean> {
  if (records.some(({ record }) => record !== undefined)) return true;
  for (const slice of sliceRecords(records)) {
    const { rows } = await reader.execute(sql`
      SELECT 1 FROM json_array_elements_text(${JSON.stringify(slice.map(({ id }) => id))}::json) AS wanted (id)
      CROSS JOIN LATERAL (
        SELECT 1 FROM records WHERE organization_id = ${organizationId} AND records.id = wanted.id
        UNION ALL
        SELECT 1 FROM batch_records
        WHERE organization_id = ${organizationId} AND record_id = wanted.id AND record IS NOT NULL
        LIMIT 1
      ) AS known
      LIMIT 1`);
    if (rows.length > 0) return true;
    await nextTurn();
  }
  return false;
}

/** In order, without duplicates. A missing record fails when the batch reaches it. Returns the number. */
export async function addRecordsToBatch(
  tx: DatabaseTransaction,
  { organizationId, id }: Pick<BatchRow, "organizationId" | "id">,
  records: readonly NewBatchRecord[],
): Promise<number> {
  const seen = new Set<string>();
  const distinct = records.filter((record) => seen.size < seen.add(record.id).size);
  let first = 0;
  for (const slice of sliceRecords(distinct)) {
    await tx.execute(sql`
      INSERT INTO batch_records (organization_id, batch_id, position, record_id, record_name, record)
      SELECT ${organizationId}, ${id}, ${first}::integer + wanted.place - 1, wanted.value ->> 'id',
        coalesce(stored.name, wanted.value -> 'record' ->> 'name', earlier.record_name),
        coalesce(wanted.value -> 'record', earlier.record)
      FROM json_array_elements(${JSON.stringify(slice)}::json) WITH ORDINALITY AS wanted (value, place)
      LEFT JOIN records AS stored
        ON wanted.value -> 'record' IS NULL AND stored.organization_id = ${organizationId}
        AND stored.id = wanted.value ->> 'id'
      LEFT JOIN LATERAL (
        SELECT record, record_name FROM batch_records
        WHERE wanted.value -> 'record' IS NULL AND stored.id IS NULL AND organization_id = ${organizationId}
          AND record_id = wanted.value ->> 'id' AND record IS NOT NULL
        LIMIT 1
      ) AS earlier ON true`);
    first += slice.length;
    await nextTurn();
  }
  return distinct.length;
}

function* sliceRecords(records: readonly NewBatchRecord[]): Generator<readonly NewBatchRecord[]> {
  for (let from = 0; from < records.length; from += RECORDS_PER_STATEMENT)
    yield records.slice(from, from + RECORDS_PER_STATEMENT);
}

export async function addRecordOfSingleRun(
  tx: DatabaseTransaction,
  row: typeof batchRecordsTable.$inferInsert,
): Promise<void> {
  await tx.insert(batchRecordsTable).values(row);
}

export async function updateBatch(
  tx: DatabaseTransaction,
  { organizationId, id }: Pick<BatchRow, "organizationId" | "id">,
  changes: BatchChanges,
): Promise<void> {
  await tx.update(batchesTable).set(changes).where(isBatch(organizationId, id));
}

export async function findBatch(
  reader: DatabaseReader,
  organizationId: string,
  id: string,
): Promise<BatchRow | undefined> {
  const [row] = await reader.select(batchColumns).from(batchesTable).where(isBatch(organizationId, id));
  return row;
}

export async function lockBatch(
  tx: DatabaseTransaction,
  organizationId: string,
  id: string,
): Promise<BatchRow | undefined> {
  const [row] = await tx
    .select(batchColumns)
    .from(batchesTable)
    .where(isBatch(organizationId, id))
    .for("update");
  return row;
}

/** A batch of an older server version has its own copy of the steps. */
export async function findBatchDefinition(
  reader: DatabaseReader,
  organizationId: string,
  id: string,
): Promise<BatchDefinition> {
  const result = await reader.execute(sql`
    SELECT coalesce(batch_steps.steps, batches.steps)::text AS steps, run_inputs::text AS run_inputs FROM batches
    LEFT JOIN batch_steps
      ON batch_steps.organization_id = batches.organization_id AND batch_steps.hash = batches.steps_hash
    WHERE batches.organization_id = ${organizationId} AND batches.id = ${id}`);
  const [row] = result.rows;
  return {
    steps: typeof row?.["steps"] === "string" ? row["steps"] : "[]",
    runInputs: typeof row?.["run_inputs"] === "string" ? row["run_inputs"] : null,
  };
}

/** Characters of the inputs of a run that lists read. */
const MAX_INPUT_CHARACTERS = 1000;

/** Stored size, in bytes, above which a list does not read inputs: it would parse them for one line of text. */
const MAX_INPUT_BYTES = 8000;

/** The beginnings of the inputs (JSON text) of single runs without a record, by id; without large ones. */
export async function listRunInputs(
  reader: DatabaseReader,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const inputs = sql<string | null>`CASE WHEN pg_column_size(${batchesTable.runInputs}) < ${MAX_INPUT_BYTES}
    THEN left((${batchesTable.runInputs} -> 'inputs')::text, ${MAX_INPUT_CHARACTERS}) END`;
  const rows = await reader
    .select({ id: batchesTable.id, inputs })
    .from(batchesTable)
    .where(and(eq(batchesTable.organizationId, organizationId), inArray(batchesTable.id, [...ids])));
  return new Map(rows.flatMap((row) => (row.inputs === null ? [] : [[row.id, row.inputs] as const])));
}

export interface BatchFilter {
  readonly flowId?: string | undefined;
  /** Only runs of flows that have this tag now. */
  readonly tagKey?: string | undefined;
  readonly outcome?: RunOutcome | undefined;
  readonly startCause?: RunStartCause | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** Above this number of flows with a tag, runs are read in their order until enough are of such a flow. */
const MAX_SEPARATELY_READ_FLOWS = 1000;

/** Batches and single runs, newest first. */
export async function listBatches(
  reader: DatabaseReader,
  organizationId: string,
  { tagKey, ...filter }: BatchFilter,
  page: { readonly after: BatchListPosition | undefined; readonly limit: number },
): Promise<readonly BatchRow[]> {
  const conditions = buildRunConditions(organizationId, filter, page.after);
  if (tagKey === undefined) return select(reader, page.limit, conditions);
  const hasTag = and(eq(flowTagsTable.organizationId, organizationId), eq(flowTagsTable.tagKey, tagKey));
  const flowsWithTag = reader.select({ id: flowTagsTable.flowId }).from(flowTagsTable).where(hasTag);
  const flows = await flowsWithTag.limit(MAX_SEPARATELY_READ_FLOWS + 1);
  if (flows.length > MAX_SEPARATELY_READ_FLOWS)
    return select(reader, page.limit, [
      ...conditions,
      sql`EXISTS (SELECT 1 FROM flow_tags WHERE ${hasTag} AND flow_tags.flow_id = ${batchesTable.flowId})`,
    ]);
  // The newest of each flow, by the index of its runs: a rare tag would otherwise read the runs of all flows.
  const newest = select(reader, page.limit, [
    ...conditions,
    eq(batchesTable.flowId, flowTagsTable.flowId),
  ]).as("newest");
  const rows = await reader
    .select()
    .from(flowTagsTable)
    .crossJoinLateral(newest)
    .where(hasTag)
    .orderBy(desc(newest.createdAt), desc(newest.id))
    .limit(page.limit);
  return rows.map((row) => row.newest);
}

function buildRunConditions(
  organizationId: string,
  { flowId, outcome, startCause, from, to }: Omit<BatchFilter, "tagKey">,
  after: BatchListPosition | undefined,
): readonly (SQL | undefined)[] {
  return [
    eq(batchesTable.organizationId, organizationId),
    // A batch of an unsaved flow has no flow whose page could show it.
    flowId === undefined ? eq(batchesTable.isVirtual, false) : eq(batchesTable.flowId, flowId),
    outcome && OUTCOME_CONDITIONS[outcome],
    startCause && eq(batchesTable.startCause, startCause),
    from && gte(batchesTable.createdAt, from),
    to && lte(batchesTable.createdAt, to),
    after &&
      sql`(${batchesTable.createdAt}, ${batchesTable.id}) < (${after.createdAt.toISOString()}::timestamptz, ${after.id})`,
  ];
}

/** As the partial indexes say it, because PostgreSQL compares conditions by their text. */
const OUTCOME_CONDITIONS: Readonly<Record<RunOutcome, SQL>> = {
  active: sql`${batchesTable.status} IN ('scheduled', 'running')`,
  failed: sql`(${batchesTable.failedRecords} > 0 OR ${batchesTable.status} = 'failed')`,
  completed: sql`${batchesTable.status} = 'completed' AND ${batchesTable.failedRecords} = 0`,
  cancelled: sql`${batchesTable.status} = 'cancelled'`,
};

export async function listActiveBatches(
  reader: DatabaseReader,
  organizationId: string,
  limit: number,
): Promise<readonly BatchRow[]> {
  return select(reader, limit, [
    eq(batchesTable.organizationId, organizationId),
    inArray(batchesTable.status, ACTIVE),
  ]);
}

/** Lists batches that were created after `since` and have ended, newest first, without single runs. */
export async function listEndedBatches(
  reader: DatabaseReader,
  organizationId: string,
  since: Date,
  limit: number,
): Promise<readonly BatchRow[]> {
  return select(reader, limit, [
    eq(batchesTable.organizationId, organizationId),
    gt(batchesTable.createdAt, since),
    eq(batchesTable.isSingle, false),
    sql`${batchesTable.status} NOT IN ('scheduled', 'running')`,
  ]);
}

/** The time of a count must not grow with the number of batches. */
const MAX_COUNTED = 10_000;

/** Counts active batches, and ended ones among the newest 10,000 batches that were created after `since`. */
export async function countActiveAndEndedBatches(
  reader: DatabaseReader,
  organizationId: string,
  since: Date,
) {
  const { rows } = await reader.execute(sql`
    WITH active AS (
      SELECT created_at FROM batches
      WHERE organization_id = ${organizationId} AND status IN ('scheduled', 'running')
    ), recent AS (
      SELECT status FROM batches
      WHERE organization_id = ${organizationId} AND created_at > ${since.toISOString()}::timestamptz AND NOT is_single
      ORDER BY created_at DESC, id DESC LIMIT ${MAX_COUNTED}
    )
    SELECT (SELECT count(*)::float8 FROM active) AS active,
      (SELECT count(*)::float8 FROM recent WHERE status NOT IN ('scheduled', 'running')) AS ended`);
  return { active: Number(rows[0]?.["active"]), ended: Number(rows[0]?.["ended"]) };
}

export async function sumBatchCost(
  reader: DatabaseReader,
  organizationId: string,
  batchId: string,
): Promise<number> {
  const [row] = await reader
    .select({ total: sql`coalesce(sum(${batchRecordsTable.estimatedCost}), 0)`.mapWith(Number) })
    .from(batchRecordsTable)
    .where(and(eq(batchRecordsTable.organizationId, organizationId), eq(batchRecordsTable.batchId, batchId)));
  return row?.total ?? 0;
}

function select(reader: DatabaseReader, limit: number, conditions: readonly (SQL | undefined)[]) {
  return reader
    .select(batchColumns)
    .from(batchesTable)
    .where(and(...conditions))
    .orderBy(desc(batchesTable.createdAt), desc(batchesTable.id))
    .limit(limit);
}

function isBatch(organizationId: string, id: string): SQL | undefined {
  return and(eq(batchesTable.organizationId, organizationId), eq(batchesTable.id, id));
}
