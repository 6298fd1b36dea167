import { type SQL, and, asc, eq, getTableColumns, gt, sql } from "drizzle-orm";
import type { RecordRunStatus } from "#contract/run-statuses.ts";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { batchRecordsTable } from "./tables.ts";

const {
  record,
  checkpoint: _checkpoint,
  runKey: _runKey,
  ...storedColumns
} = getTableColumns(batchRecordsTable);
const columns = { ...storedColumns, isInline: sql`${record} IS NOT NULL`.mapWith(Boolean) };

/** `isInline`: the record is stored only in the batch, not among the stored records. */
export type BatchRecordRow = Omit<
  typeof batchRecordsTable.$inferSelect,
  "record" | "checkpoint" | "runKey"
> & {
  readonly isInline: boolean;
};

export interface BatchIdentifier {
  readonly organizationId: string;
  readonly batchId: string;
}

/** Cancels the records that no worker has begun. Returns their number. */
export async function cancelWaitingBatchRecords(
  tx: DatabaseTransaction,
  { organizationId, batchId }: BatchIdentifier,
  now: Date,
): Promise<number> {
  const result = await tx.execute(sql`
    WITH cancelled AS (
      UPDATE batch_records SET status = 'cancelled', completed_at = ${now.toISOString()}::timestamptz, run_key = NULL,
        checkpoint = NULL
      WHERE organization_id = ${organizationId} AND batch_id = ${batchId} AND status = 'waiting'
      RETURNING 1
    )
    SELECT count(*)::integer AS cancelled FROM cancelled`);
  return Number(result.rows[0]?.["cancelled"]);
}

export type BatchRecordOutcome = Pick<
  BatchRecordRow,
  | "status"
  | "errorMessage"
  | "outputPreview"
  | "durationMs"
  | "contextSteps"
  | "promptsExecuted"
  | "totalTokens"
  | "estimatedCost"
> &
  BatchIdentifier & { readonly position: number; readonly completedAt: Date | null };

const OUTCOME = `"organizationId" text, "batchId" text, position integer, status text, "completedAt" timestamptz,
  "errorMessage" text, "outputPreview" text, "durationMs" integer, "contextSteps" integer, "promptsExecuted" integer,
  "totalTokens" integer, "estimatedCost" numeric`;

/** Deletes their checkpoints. The caller must finish their jobs in the same transaction. */
export async function storeBatchRecordOutcomes(
  tx: DatabaseTransaction,
  outcomes: readonly BatchRecordOutcome[],
): Promise<void> {
  if (outcomes.length === 0) return;
  // LIMIT gives the planner the real number of rows; its default estimate of 100 would lead to a sequential scan.
  await tx.execute(sql`
    UPDATE batch_records SET status = ended.status, completed_at = ended."completedAt",
      execution_id = coalesce(run_key, execution_id), run_key = NULL, checkpoint = NULL,
      error_message = ended."errorMessage", output_preview = ended."outputPreview", duration_ms = ended."durationMs",
      context_steps = ended."contextSteps", prompts_executed = ended."promptsExecuted",
      total_tokens = ended."totalTokens", estimated_cost = ended."estimatedCost"
    FROM (
      SELECT * FROM json_to_recordset(${JSON.stringify(outcomes)}::json) AS given (${sql.raw(OUTCOME)})
      LIMIT ${outcomes.length}
    ) AS ended
    WHERE batch_records.organization_id = ended."organizationId" AND batch_records.batch_id = ended."batchId"
      AND batch_records.position = ended.position`);
}

export async function listBatchRecords(
  reader: DatabaseReader,
  batch: BatchIdentifier,
  page: {
    readonly status?: RecordRunStatus | undefined;
    readonly after?: number | undefined;
    readonly limit: number;
  },
): Promise<readonly BatchRecordRow[]> {
  return reader
    .select(columns)
    .from(batchRecordsTable)
    .where(
      and(
        buildRecordsOfBatchSqlCondition(batch),
        page.status && eq(batchRecordsTable.status, page.status),
        page.after === undefined ? undefined : gt(batchRecordsTable.position, page.after),
      ),
    )
    .orderBy(asc(batchRecordsTable.position))
    .limit(page.limit);
}

export async function findBatchRecord(
  reader: DatabaseReader,
  batch: BatchIdentifier,
  recordId: string,
): Promise<BatchRecordRow | undefined> {
  const [row] = await reader
    .select(columns)
    .from(batchRecordsTable)
    .where(and(buildRecordsOfBatchSqlCondition(batch), eq(batchRecordsTable.recordId, recordId)));
  return row;
}

function buildRecordsOfBatchSqlCondition({ organizationId, batchId }: BatchIdentifier): SQL | undefined {
  return and(eq(batchRecordsTable.organizationId, organizationId), eq(batchRecordsTable.batchId, batchId));
}
