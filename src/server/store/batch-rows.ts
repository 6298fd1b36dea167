import { type SQL, and, desc, eq, gt, inArray, sql } from "drizzle-orm";
import type { Reader, Transaction } from "./database.ts";
import { batchRecords, batches } from "./schema.ts";

type StoredBatch = typeof batches.$inferSelect;

/** A batch without its steps, which may be megabytes. */
export type BatchRow = Omit<StoredBatch, "steps">;
export type NewBatchRow = typeof batches.$inferInsert;

/** A place in a flow's list of batches, newest first. */
export interface BatchPosition {
  readonly createdAt: Date;
  readonly id: string;
}

const columns = {
  organizationId: batches.organizationId,
  id: batches.id,
  userId: batches.userId,
  flowId: batches.flowId,
  flowName: batches.flowName,
  flowVersionId: batches.flowVersionId,
  recordType: batches.recordType,
  status: batches.status,
  totalRecords: batches.totalRecords,
  processedRecords: batches.processedRecords,
  failedRecords: batches.failedRecords,
  cancelledRecords: batches.cancelledRecords,
  maxRetries: batches.maxRetries,
  concurrency: batches.concurrency,
  error: batches.error,
  createdAt: batches.createdAt,
  startedAt: batches.startedAt,
  completedAt: batches.completedAt,
};

const ACTIVE = ["scheduled", "running"] as const;

export function isActive({ status }: Pick<BatchRow, "status">): boolean {
  return status === "scheduled" || status === "running";
}

export async function insertBatch(tx: Transaction, row: NewBatchRow): Promise<void> {
  await tx.insert(batches).values(row);
}

/** Puts every record of a type into the batch, in the order they were made. Answers how many. */
export async function fillWithType(
  tx: Transaction,
  { organizationId, id }: Pick<BatchRow, "organizationId" | "id">,
  type: string,
): Promise<number> {
  const result = await tx.execute(sql`
    WITH filled AS (
      INSERT INTO batch_records (organization_id, batch_id, position, record_id, record_name)
      SELECT organization_id, ${id}, row_number() OVER (ORDER BY created_at, id) - 1, id, name
      FROM records WHERE organization_id = ${organizationId} AND type = ${type}
      RETURNING 1
    )
    SELECT count(*)::integer AS filled FROM filled`);
  return Number(result.rows[0]?.["filled"]);
}

/**
 * Puts these records into the batch, in the order given, each once. Answers how many they are, and how many of them
 * there is a record for: the others fail at their turn, each by itself.
 */
export async function fillWithRecords(
  tx: Transaction,
  { organizationId, id }: Pick<BatchRow, "organizationId" | "id">,
  recordIds: readonly string[],
): Promise<{ readonly total: number; readonly known: number }> {
  const result = await tx.execute(sql`
    WITH wanted AS (
      SELECT record_id, min(place) AS place
      FROM json_array_elements_text(${JSON.stringify(recordIds)}::json) WITH ORDINALITY AS given (record_id, place)
      GROUP BY record_id
    ), filled AS (
      INSERT INTO batch_records (organization_id, batch_id, position, record_id, record_name)
      SELECT ${organizationId}, ${id}, row_number() OVER (ORDER BY wanted.place) - 1, wanted.record_id, records.name
      FROM wanted LEFT JOIN records
        ON records.organization_id = ${organizationId} AND records.id = wanted.record_id
      RETURNING record_name
    )
    SELECT count(*)::integer AS total, count(record_name)::integer AS known FROM filled`);
  return { total: Number(result.rows[0]?.["total"]), known: Number(result.rows[0]?.["known"]) };
}

export async function updateBatch(
  tx: Transaction,
  { organizationId, id }: Pick<BatchRow, "organizationId" | "id">,
  changes: Partial<NewBatchRow>,
): Promise<void> {
  await tx.update(batches).set(changes).where(isBatch(organizationId, id));
}

export async function findBatch(
  reader: Reader,
  organizationId: string,
  id: string,
): Promise<BatchRow | undefined> {
  const [row] = await reader.select(columns).from(batches).where(isBatch(organizationId, id));
  return row;
}

/** The batch, kept from any other writer until the transaction ends. */
export async function lockBatch(
  tx: Transaction,
  organizationId: string,
  id: string,
): Promise<BatchRow | undefined> {
  const [row] = await tx.select(columns).from(batches).where(isBatch(organizationId, id)).for("update");
  return row;
}

/** The text of the steps that the batch began with. */
export async function findBatchSteps(
  reader: Reader,
  organizationId: string,
  id: string,
): Promise<string | undefined> {
  const [row] = await reader
    .select({ steps: batches.steps })
    .from(batches)
    .where(isBatch(organizationId, id));
  return row?.steps;
}

/** Those of a flow, newest first, from a place on. */
export async function listBatches(
  reader: Reader,
  organizationId: string,
  flowId: string,
  page: { readonly from: BatchPosition | undefined; readonly limit: number },
): Promise<readonly BatchRow[]> {
  return select(reader, page.limit, [
    eq(batches.organizationId, organizationId),
    eq(batches.flowId, flowId),
    page.from &&
      sql`(${batches.createdAt}, ${batches.id}) < (${page.from.createdAt.toISOString()}::timestamptz, ${page.from.id})`,
  ]);
}

/** Those that run or wait, newest first. */
export async function listActiveBatches(
  reader: Reader,
  organizationId: string,
  limit: number,
): Promise<readonly BatchRow[]> {
  return select(reader, limit, [eq(batches.organizationId, organizationId), inArray(batches.status, ACTIVE)]);
}

/** Those that ended after `since`, newest first. */
export async function listEndedBatches(
  reader: Reader,
  organizationId: string,
  since: Date,
  limit: number,
): Promise<readonly BatchRow[]> {
  return select(reader, limit, [
    eq(batches.organizationId, organizationId),
    gt(batches.createdAt, since),
    sql`${batches.status} NOT IN ('scheduled', 'running')`,
  ]);
}

/** How many run or wait, and how many have ended since. */
export async function countBatches(reader: Reader, organizationId: string, since: Date) {
  const isRunning = sql`${batches.status} IN ('scheduled', 'running')`;
  const [row] = await reader
    .select({
      active: sql`count(*) FILTER (WHERE ${isRunning})`.mapWith(Number),
      ended: sql`count(*) FILTER (WHERE NOT ${isRunning})`.mapWith(Number),
    })
    .from(batches)
    .where(
      and(
        eq(batches.organizationId, organizationId),
        sql`(${isRunning} OR ${batches.createdAt} > ${since.toISOString()}::timestamptz)`,
      ),
    );
  return { active: row?.active ?? 0, ended: row?.ended ?? 0 };
}

/** In US dollars, as far as providers said it. */
export async function sumBatchCost(reader: Reader, organizationId: string, batchId: string): Promise<number> {
  const [row] = await reader
    .select({ total: sql`coalesce(sum(${batchRecords.estimatedCost}), 0)`.mapWith(Number) })
    .from(batchRecords)
    .where(and(eq(batchRecords.organizationId, organizationId), eq(batchRecords.batchId, batchId)));
  return row?.total ?? 0;
}

function select(reader: Reader, limit: number, conditions: readonly (SQL | undefined)[]) {
  return reader
    .select(columns)
    .from(batches)
    .where(and(...conditions))
    .orderBy(desc(batches.createdAt), desc(batches.id))
    .limit(limit);
}

function isBatch(organizationId: string, id: string): SQL | undefined {
  return and(eq(batches.organizationId, organizationId), eq(batches.id, id));
}
