import { type SQL, and, asc, eq, lt, sql } from "drizzle-orm";
import type { JsonObject } from "#core/json/json.ts";
import type { BatchIdentifier } from "./batch-record-rows.ts";
import type { BatchRow } from "./batch-rows.ts";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { matchesStepResultFilter } from "./step-result-rows.ts";
import { batchRecordsTable, stepResultsTable } from "./tables.ts";

/** The records of a run to repeat: those that failed, all, or those with these ids. */
export type RecordsToRetry = "failed" | "all" | readonly string[];

/** Adds records of an earlier run, in its order, with their copies in it. `record` replaces that of a single run. */
export async function addRecordsOfRetry(
  tx: DatabaseTransaction,
  { organizationId, id }: Pick<BatchRow, "organizationId" | "id">,
  {
    earlier,
    records,
    record,
  }: { readonly earlier: string; readonly records: RecordsToRetry; readonly record: JsonObject | undefined },
) {
  const replaced = record === undefined ? null : JSON.stringify(record);
  const { rows } = await tx.execute(sql`
    WITH wanted AS (
      SELECT position, record_id, record_name, coalesce(${replaced}::json, record) AS record, status
      FROM batch_records WHERE organization_id = ${organizationId} AND batch_id = ${earlier}
        AND ${isWanted(records)}
    ), named AS (
      SELECT wanted.*, stored.name AS stored_name FROM wanted
      LEFT JOIN records AS stored
        ON wanted.record IS NULL AND stored.organization_id = ${organizationId} AND stored.id = wanted.record_id
    ), filled AS (
      INSERT INTO batch_records (organization_id, batch_id, position, record_id, record_name, record)
      SELECT ${organizationId}, ${id}, row_number() OVER (ORDER BY position) - 1, record_id,
        coalesce(${replaced}::json ->> 'name', stored_name, record_name), record
      FROM named
    )
    SELECT count(*)::integer AS total,
      (count(*) FILTER (WHERE stored_name IS NOT NULL OR record IS NOT NULL))::integer AS known,
      (count(*) FILTER (WHERE status = 'completed'))::integer AS completed
    FROM named`);
  const [row] = rows;
  return {
    total: Number(row?.["total"]),
    known: Number(row?.["known"]),
    completed: Number(row?.["completed"]),
  };
}

/** Lists the first records that a retry would repeat, with their last executions. */
export async function listRecordsToRetry(
  reader: DatabaseReader,
  { organizationId, batchId }: BatchIdentifier,
  { records, limit }: { readonly records: RecordsToRetry; readonly limit: number },
) {
  const { recordId, executionId, durationMs } = batchRecordsTable;
  return reader
    .select({ recordId, executionId, durationMs })
    .from(batchRecordsTable)
    .where(
      and(
        eq(batchRecordsTable.organizationId, organizationId),
        eq(batchRecordsTable.batchId, batchId),
        isWanted(records),
      ),
    )
    .orderBy(asc(batchRecordsTable.position))
    .limit(limit);
}

function isWanted(records: RecordsToRetry): SQL {
  if (records === "all") return sql`true`;
  if (records === "failed") return sql`status = 'failed'`;
  return sql`record_id IN (SELECT json_array_elements_text(${JSON.stringify(records)}::json))`;
}

/** JSON of the record of a single run; undefined if it is stored on its own. */
export async function findRecordJsonOfSingleRun(
  reader: DatabaseReader,
  { organizationId, batchId }: BatchIdentifier,
): Promise<string | undefined> {
  const [row] = await reader
    .select({ record: batchRecordsTable.record })
    .from(batchRecordsTable)
    .where(
      and(
        eq(batchRecordsTable.organizationId, organizationId),
        eq(batchRecordsTable.batchId, batchId),
        eq(batchRecordsTable.position, 0),
      ),
    );
  return row?.record ?? undefined;
}

/** What decides whether the outcome of a step can be taken by a retry. */
export interface TakeableResult {
  readonly position: number;
  readonly status: string;
  readonly skipReason: string | null;
  readonly isOutputCut: boolean;
  /** Whether the stored output contains this mask, so that a secret may be missing. */
  readonly isOutputMasked: boolean;
}

/** Without the outputs, which may take megabytes. */
export async function listTakeableResults(
  reader: DatabaseReader,
  { organizationId, executionId }: { readonly organizationId: string; readonly executionId: string },
  mask: string,
): Promise<readonly TakeableResult[]> {
  const { position, status, skipReason, isOutputCut, output } = stepResultsTable;
  const isOutputMasked = sql`coalesce(strpos(${output}::text, ${mask}) > 0, false)`.mapWith(Boolean);
  return reader
    .select({ position, status, skipReason, isOutputCut, isOutputMasked })
    .from(stepResultsTable)
    .where(matchesStepResultFilter(organizationId, { executionId }))
    .orderBy(asc(position));
}

/** Lists the outcomes of the steps before a position that are not skipped, or that their `when` skipped. */
export async function listStoredOutcomes(
  reader: DatabaseReader,
  { organizationId, executionId }: { readonly organizationId: string; readonly executionId: string },
  before: number,
) {
  const { position, status, skipReason, output, errorMessage, resolvedPrompt, modelUsed } = stepResultsTable;
  return reader
    .select({ position, status, output, errorMessage, resolvedPrompt, modelUsed })
    .from(stepResultsTable)
    .where(
      and(
        matchesStepResultFilter(organizationId, { executionId }),
        lt(position, before),
        sql`(${status} <> 'skipped' OR ${skipReason} = 'when')`,
      ),
    )
    .orderBy(asc(position));
}

const MAX_LISTED_RETRIES = 5;

export interface RetryRow {
  readonly batchExecutionId: string;
  readonly status: string;
}

/** Lists the newest runs that repeat each of these runs. */
export async function listRetriesOf(
  reader: DatabaseReader,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly RetryRow[]>> {
  if (ids.length === 0) return new Map();
  const { rows } = await reader.execute(sql`
    SELECT wanted.id AS "of", retry.id, retry.status
    FROM json_array_elements_text(${JSON.stringify(ids)}::json) AS wanted (id)
    CROSS JOIN LATERAL (
      SELECT id, status, created_at FROM batches
      WHERE organization_id = ${organizationId} AND retry_of = wanted.id
      ORDER BY created_at DESC, id DESC LIMIT ${MAX_LISTED_RETRIES}
    ) AS retry
    ORDER BY retry.created_at DESC, retry.id DESC`);
  const byRun = new Map<string, RetryRow[]>();
  for (const row of rows) {
    const of = String(row["of"]);
    const retry = { batchExecutionId: String(row["id"]), status: String(row["status"]) };
    byRun.set(of, [...(byRun.get(of) ?? []), retry]);
  }
  return byRun;
}
