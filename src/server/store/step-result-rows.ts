import { type SQL, and, asc, desc, eq, gte, lte, sql } from "drizzle-orm";
import type { StepResultSortField, StepResultStatus } from "#contract/run-statuses.ts";
import { readTimeOfTypeId } from "#core/document/type-id.ts";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { flowsTable, stepResultsTable } from "./tables.ts";

type StoredResult = typeof stepResultsTable.$inferSelect;
export type NewStepResultRow = typeof stepResultsTable.$inferInsert;

export type StepResultRow = Omit<StoredResult, "output" | "outputShape" | "stepConfig">;

export interface StepResultFilter {
  readonly flowId?: string | undefined;
  readonly recordId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly executionId?: string | undefined;
  readonly stepId?: string | undefined;
  readonly status?: StepResultStatus | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

export interface StepResultPageQuery extends StepResultFilter {
  readonly sortBy: StepResultSortField;
  readonly sortOrder: "asc" | "desc";
  readonly limit: number;
  readonly offset: number;
  /** Starts after this result. Requires `sortBy` to be `createdAt`. */
  readonly after?: { readonly createdAt: Date; readonly id: string } | undefined;
}

/** For fields without an index, whose query time would grow with the number of results. */
const MAX_SORTED_STEP_RESULTS = 10_000;

/** A result may seem this much older than its run, because the server's clock was set back. */
const MAX_CLOCK_STEP_MS = 24 * 60 * 60 * 1000;

/** Maximum rows per statement: PostgreSQL allows 65,535 parameters, and a row has about 30. */
const SLICE = 500;

const columns = {
  organizationId: stepResultsTable.organizationId,
  id: stepResultsTable.id,
  userId: stepResultsTable.userId,
  flowId: stepResultsTable.flowId,
  flowVersionId: stepResultsTable.flowVersionId,
  batchId: stepResultsTable.batchId,
  executionId: stepResultsTable.executionId,
  recordId: stepResultsTable.recordId,
  recordName: stepResultsTable.recordName,
  stepId: stepResultsTable.stepId,
  stepName: stepResultsTable.stepName,
  stepType: stepResultsTable.stepType,
  position: stepResultsTable.position,
  depth: stepResultsTable.depth,
  status: stepResultsTable.status,
  skipReason: stepResultsTable.skipReason,
  outputPreview: stepResultsTable.outputPreview,
  isOutputCut: stepResultsTable.isOutputCut,
  outputVariable: stepResultsTable.outputVariable,
  errorMessage: stepResultsTable.errorMessage,
  resolvedPrompt: stepResultsTable.resolvedPrompt,
  modelUsed: stepResultsTable.modelUsed,
  promptTokens: stepResultsTable.promptTokens,
  completionTokens: stepResultsTable.completionTokens,
  totalTokens: stepResultsTable.totalTokens,
  retryCount: stepResultsTable.retryCount,
  estimatedCost: stepResultsTable.estimatedCost,
  inputVariables: stepResultsTable.inputVariables,
  unresolvedVariables: stepResultsTable.unresolvedVariables,
  durationMs: stepResultsTable.durationMs,
  startedAt: stepResultsTable.startedAt,
  completedAt: stepResultsTable.completedAt,
  createdAt: stepResultsTable.createdAt,
};

const sortColumns = {
  createdAt: stepResultsTable.createdAt,
  startedAt: stepResultsTable.startedAt,
  durationMs: stepResultsTable.durationMs,
  order: stepResultsTable.position,
  status: stepResultsTable.status,
  stepName: sql`${stepResultsTable.stepName} COLLATE "C"`,
} as const;

/** Not against updates; false if the flow does not exist. */
export async function lockFlowAgainstDeletion(
  tx: DatabaseTransaction,
  organizationId: string,
  flowId: string,
): Promise<boolean> {
  const rows = await tx
    .select({ id: flowsTable.id })
    .from(flowsTable)
    .where(and(eq(flowsTable.organizationId, organizationId), eq(flowsTable.id, flowId)))
    .for("key share");
  return rows.length > 0;
}

export async function insertStepResults(
  tx: DatabaseTransaction,
  rows: readonly NewStepResultRow[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += SLICE) {
    await tx.insert(stepResultsTable).values(rows.slice(start, start + SLICE));
  }
}

export async function listStepResults(
  reader: DatabaseReader,
  organizationId: string,
  query: StepResultPageQuery,
): Promise<readonly StepResultRow[]> {
  const where = matchesStepResultFilter(organizationId, query);
  const way = query.sortOrder === "asc" ? asc : desc;
  const newest = [desc(stepResultsTable.createdAt), desc(stepResultsTable.id)];
  if (query.sortBy === "createdAt")
    return reader
      .select(columns)
      .from(stepResultsTable)
      .where(and(where, isAfter(query)))
      .orderBy(way(stepResultsTable.createdAt), way(stepResultsTable.id))
      .limit(query.limit)
      .offset(query.offset);
  // Names the subquery like the table, so that references to the table's columns refer to the subquery.
  const matching = reader.select().from(stepResultsTable).where(where);
  const sorted =
    query.executionId === undefined ? matching.orderBy(...newest).limit(MAX_SORTED_STEP_RESULTS) : matching;
  return reader
    .select(columns)
    .from(sorted.as("step_results"))
    .orderBy(
      sql`${sortColumns[query.sortBy]} ${query.sortOrder === "asc" ? sql`ASC` : sql`DESC`} NULLS LAST`,
      way(stepResultsTable.id),
    )
    .limit(query.limit)
    .offset(query.offset);
}

export async function listExecutionStepResults(
  reader: DatabaseReader,
  organizationId: string,
  executionId: string,
): Promise<readonly StepResultRow[]> {
  return reader
    .select(columns)
    .from(stepResultsTable)
    .where(matchesStepResultFilter(organizationId, { executionId }))
    .orderBy(asc(stepResultsTable.position));
}

export async function findOutputOfStepResult(reader: DatabaseReader, organizationId: string, id: string) {
  const select = async (condition?: SQL) => {
    const [row] = await reader
      .select({ output: stepResultsTable.output, isOutputCut: stepResultsTable.isOutputCut })
      .from(stepResultsTable)
      .where(
        and(eq(stepResultsTable.organizationId, organizationId), eq(stepResultsTable.id, id), condition),
      );
    return row;
  };
  // Reads one partition first. Ids of imported results may contain another time.
  const time = readTimeOfTypeId(id);
  const found = time === undefined ? undefined : await select(eq(stepResultsTable.createdAt, new Date(time)));
  return found ?? select();
}

interface LastStepRun {
  readonly stepId: string;
  readonly status: string;
  readonly completedAt: string | null;
  readonly durationMs: number | null;
  readonly executionId: string;
  readonly batchId: string | null;
  readonly recordId: string | null;
  readonly failedRecords: number | null;
  readonly batchRecords: number | null;
  readonly outputVariable: string | null;
  /** May be of an earlier run than the other fields, because a failed run has no output. */
  readonly shape: string | null;
}

const MAX_FAILED = 1000;
/** Number of failed results read to count the failed records: each attempt of a record may have one. */
const MAX_FAILED_RESULTS = 10 * MAX_FAILED;
/** Number of the newest results of a step among which its last run and output are searched: some steps never have one. */
const MAX_SEARCHED = 100;

/** Reads older partitions only for steps without output in the flow's last day. */
export async function findLastRunOfEachStep(
  reader: DatabaseReader,
  organizationId: string,
  flowId: string,
  stepIds: readonly string[],
): Promise<readonly LastStepRun[]> {
  const [newest] = await reader
    .select({ createdAt: stepResultsTable.createdAt })
    .from(stepResultsTable)
    .where(matchesStepResultFilter(organizationId, { flowId }))
    .orderBy(desc(stepResultsTable.createdAt), desc(stepResultsTable.id))
    .limit(1);
  if (!newest) return [];
  const since = new Date(newest.createdAt.getTime() - MAX_CLOCK_STEP_MS);
  const recent = await selectLastRuns(reader, { organizationId, flowId, stepIds, since });
  const complete = new Map(recent.filter(({ shape }) => shape !== null).map((run) => [run.stepId, run]));
  const missing = stepIds.filter((id) => !complete.has(id));
  if (missing.length === 0) return recent;
  const older = await selectLastRuns(reader, { organizationId, flowId, stepIds: missing, since: undefined });
  const found = new Map([...complete, ...older.map((run) => [run.stepId, run] as const)]);
  return stepIds.flatMap((id) => found.get(id) ?? []);
}

async function selectLastRuns(
  reader: DatabaseReader,
  {
    organizationId,
    flowId,
    stepIds,
    since,
  }: {
    readonly organizationId: string;
    readonly flowId: string;
    readonly stepIds: readonly string[];
    readonly since: Date | undefined;
  },
): Promise<readonly LastStepRun[]> {
  const isRecent = since === undefined ? sql`` : sql`AND created_at >= ${since.toISOString()}::timestamptz`;
  const ofStep = sql`FROM step_results WHERE organization_id = ${organizationId} AND flow_id = ${flowId}
    AND step_id = wanted.step_id ${isRecent}`;
  const newest = sql`ORDER BY created_at DESC, id DESC`;
  const fields = sql`status, to_char(completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "completedAt",
    duration_ms AS "durationMs", execution_id AS "executionId", batch_id AS "batchId", record_id AS "recordId",
    output_variable AS "outputVariable"`;
  const result = await reader.execute(sql`
    SELECT wanted.step_id AS "stepId", last.status, last."completedAt", last."durationMs", last."executionId",
      last."batchId", last."recordId", last."outputVariable", formed.shape,
      within."failedRecords", within."batchRecords"
    FROM json_array_elements_text(${JSON.stringify(stepIds)}::json) AS wanted (step_id)
    CROSS JOIN LATERAL (SELECT ${fields} ${ofStep} ${newest} LIMIT 1) AS newest
    CROSS JOIN LATERAL (
      -- A step that ran for some records of a batch has run, although it was skipped for the last one.
      SELECT * FROM (
        (SELECT 1 AS choice, searched.* FROM (SELECT ${fields} ${ofStep} ${newest} LIMIT ${MAX_SEARCHED}) AS searched
          WHERE newest.status = 'skipped' AND searched."batchId" = newest."batchId" AND searched.status <> 'skipped'
          LIMIT 1)
        UNION ALL SELECT 2, newest.*
      ) AS choices ORDER BY choice LIMIT 1
    ) AS last
    LEFT JOIN LATERAL (
      SELECT shape FROM (
        SELECT output_shape::text AS shape ${ofStep} ${newest} LIMIT ${MAX_SEARCHED}
      ) AS searched WHERE shape IS NOT NULL LIMIT 1
    ) AS formed ON true
    LEFT JOIN LATERAL (
      SELECT batches.total_records AS "batchRecords", (
        -- Only the last execution of a record counts: the step may have succeeded when the record was retried.
        SELECT least(count(DISTINCT failed.record_id), ${MAX_FAILED})::int FROM (
          SELECT record_id, execution_id FROM step_results WHERE organization_id = ${organizationId}
            AND batch_id = last."batchId" AND step_id = wanted.step_id AND status = 'failed'
          LIMIT ${MAX_FAILED_RESULTS}
        ) AS failed
        JOIN batch_records ON batch_records.organization_id = ${organizationId}
          AND batch_records.batch_id = last."batchId" AND batch_records.record_id = failed.record_id
          AND batch_records.execution_id = failed.execution_id AND batch_records.status <> 'cancelled'
      ) AS "failedRecords"
      FROM batches WHERE batches.organization_id = ${organizationId} AND batches.id = last."batchId"
    ) AS within ON true`);
  return result.rows as unknown as readonly LastStepRun[];
}

export function matchesStepResultFilter(organizationId: string, filter: StepResultFilter): SQL | undefined {
  return and(
    eq(stepResultsTable.organizationId, organizationId),
    filter.flowId === undefined ? undefined : eq(stepResultsTable.flowId, filter.flowId),
    filter.recordId === undefined ? undefined : eq(stepResultsTable.recordId, filter.recordId),
    filter.batchId === undefined ? undefined : eq(stepResultsTable.batchId, filter.batchId),
    filter.executionId === undefined ? undefined : eq(stepResultsTable.executionId, filter.executionId),
    filter.stepId === undefined ? undefined : eq(stepResultsTable.stepId, filter.stepId),
    filter.status && eq(stepResultsTable.status, filter.status),
    ...[filter.batchId, filter.executionId].map(isSinceStartOf),
    filter.from && gte(stepResultsTable.createdAt, filter.from),
    filter.to && lte(stepResultsTable.createdAt, filter.to),
  );
}

function isAfter({ after, sortOrder }: StepResultPageQuery): SQL | undefined {
  if (!after) return undefined;
  const time = sql`${after.createdAt.toISOString()}::timestamptz`;
  const operator = sortOrder === "asc" ? sql`>` : sql`<`;
  // PostgreSQL excludes partitions only by the first condition, which the second implies.
  return sql`${stepResultsTable.createdAt} ${operator}= ${time}
    AND (${stepResultsTable.createdAt}, ${stepResultsTable.id}) ${operator} (${time}, ${after.id})`;
}

/** Excludes partitions of days before a batch or execution, by the start time that its id contains. */
function isSinceStartOf(id: string | undefined): SQL | undefined {
  const time = id === undefined ? undefined : readTimeOfTypeId(id);
  return time === undefined ? undefined : gte(stepResultsTable.createdAt, new Date(time - MAX_CLOCK_STEP_MS));
}
