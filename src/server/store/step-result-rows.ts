import { type SQL, and, asc, desc, eq, gte, lte, sql } from "drizzle-orm";
import type { StepResultSort, StepStatus } from "#contract/run.ts";
import type { Reader, Transaction } from "./database.ts";
import { flows, stepResults } from "./schema.ts";

type StoredResult = typeof stepResults.$inferSelect;
export type NewStepResultRow = typeof stepResults.$inferInsert;

/** A step's result without its output, which may be a megabyte. */
export type StepResultRow = Omit<StoredResult, "output" | "outputShape" | "stepConfig">;

export interface StepResultFilter {
  readonly flowId?: string | undefined;
  readonly recordId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly executionId?: string | undefined;
  readonly stepId?: string | undefined;
  readonly status?: StepStatus | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

export interface StepResultPageQuery extends StepResultFilter {
  readonly sortBy: StepResultSort;
  readonly sortOrder: "asc" | "desc";
  readonly limit: number;
  readonly offset: number;
}

/** Rows of one statement; each has some thirty parameters of the 65,535 that there may be. */
const SLICE = 500;

const columns = {
  organizationId: stepResults.organizationId,
  id: stepResults.id,
  userId: stepResults.userId,
  flowId: stepResults.flowId,
  flowVersionId: stepResults.flowVersionId,
  batchId: stepResults.batchId,
  executionId: stepResults.executionId,
  recordId: stepResults.recordId,
  recordName: stepResults.recordName,
  stepId: stepResults.stepId,
  stepName: stepResults.stepName,
  stepType: stepResults.stepType,
  position: stepResults.position,
  depth: stepResults.depth,
  status: stepResults.status,
  skipReason: stepResults.skipReason,
  outputPreview: stepResults.outputPreview,
  isOutputCut: stepResults.isOutputCut,
  outputVariable: stepResults.outputVariable,
  errorMessage: stepResults.errorMessage,
  resolvedPrompt: stepResults.resolvedPrompt,
  modelUsed: stepResults.modelUsed,
  promptTokens: stepResults.promptTokens,
  completionTokens: stepResults.completionTokens,
  totalTokens: stepResults.totalTokens,
  retryCount: stepResults.retryCount,
  estimatedCost: stepResults.estimatedCost,
  inputVariables: stepResults.inputVariables,
  unresolvedVariables: stepResults.unresolvedVariables,
  durationMs: stepResults.durationMs,
  startedAt: stepResults.startedAt,
  completedAt: stepResults.completedAt,
  createdAt: stepResults.createdAt,
};

const sortColumns = {
  createdAt: stepResults.createdAt,
  startedAt: stepResults.startedAt,
  durationMs: stepResults.durationMs,
  order: stepResults.position,
  status: stepResults.status,
  stepName: sql`${stepResults.stepName} COLLATE "C"`,
} as const;

/** False where the flow is gone; else it stays until the transaction ends, and may be changed meanwhile. */
export async function keepFlow(tx: Transaction, organizationId: string, flowId: string): Promise<boolean> {
  const rows = await tx
    .select({ id: flows.id })
    .from(flows)
    .where(and(eq(flows.organizationId, organizationId), eq(flows.id, flowId)))
    .for("key share");
  return rows.length > 0;
}

export async function insertStepResults(tx: Transaction, rows: readonly NewStepResultRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += SLICE) {
    await tx.insert(stepResults).values(rows.slice(start, start + SLICE));
  }
}

/** One page in the order asked for. What an execution did at one moment keeps its own order. */
export async function listStepResults(
  reader: Reader,
  organizationId: string,
  query: StepResultPageQuery,
): Promise<readonly StepResultRow[]> {
  const isUp = query.sortOrder === "asc";
  const way = isUp ? asc : desc;
  return reader
    .select(columns)
    .from(stepResults)
    .where(matches(organizationId, query))
    .orderBy(sql`${sortColumns[query.sortBy]} ${isUp ? sql`ASC` : sql`DESC`} NULLS LAST`, way(stepResults.id))
    .limit(query.limit)
    .offset(query.offset);
}

/** Every step that an execution came by, in that order. */
export async function listExecution(
  reader: Reader,
  organizationId: string,
  executionId: string,
): Promise<readonly StepResultRow[]> {
  return reader
    .select(columns)
    .from(stepResults)
    .where(and(eq(stepResults.organizationId, organizationId), eq(stepResults.executionId, executionId)))
    .orderBy(asc(stepResults.position));
}

export async function findStepOutput(reader: Reader, organizationId: string, id: string) {
  const [row] = await reader
    .select({ output: stepResults.output, isOutputCut: stepResults.isOutputCut })
    .from(stepResults)
    .where(and(eq(stepResults.organizationId, organizationId), eq(stepResults.id, id)));
  return row;
}

/** As the API says it; the shape, which is JSON text, apart. */
interface LastStepRun {
  readonly stepId: string;
  readonly status: string;
  readonly completedAt: string | null;
  readonly durationMs: number | null;
  readonly executionId: string;
  readonly batchId: string | null;
  readonly recordId: string | null;
  readonly outputVariable: string | null;
  /** The form of the last output that the step gave. */
  readonly shape: string | null;
}

/** How each of these steps ended when it last ran: one look into an index for each, however many results there are. */
export async function findLastStepRuns(
  reader: Reader,
  organizationId: string,
  flowId: string,
  stepIds: readonly string[],
): Promise<readonly LastStepRun[]> {
  const ofStep = sql`FROM step_results WHERE organization_id = ${organizationId} AND flow_id = ${flowId}
    AND step_id = wanted.step_id`;
  const newest = sql`ORDER BY created_at DESC, id DESC LIMIT 1`;
  const result = await reader.execute(sql`
    SELECT wanted.step_id AS "stepId", last.*, formed.shape
    FROM json_array_elements_text(${JSON.stringify(stepIds)}::json) AS wanted (step_id)
    CROSS JOIN LATERAL (
      SELECT status, to_char(completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "completedAt",
        duration_ms AS "durationMs", execution_id AS "executionId", batch_id AS "batchId", record_id AS "recordId",
        output_variable AS "outputVariable"
      ${ofStep} ${newest}
    ) AS last
    LEFT JOIN LATERAL (SELECT output_shape::text AS shape ${ofStep} AND output_shape IS NOT NULL ${newest}) AS formed ON true`);
  return result.rows as unknown as readonly LastStepRun[];
}

function matches(organizationId: string, filter: StepResultFilter): SQL | undefined {
  return and(
    eq(stepResults.organizationId, organizationId),
    filter.flowId === undefined ? undefined : eq(stepResults.flowId, filter.flowId),
    filter.recordId === undefined ? undefined : eq(stepResults.recordId, filter.recordId),
    filter.batchId === undefined ? undefined : eq(stepResults.batchId, filter.batchId),
    filter.executionId === undefined ? undefined : eq(stepResults.executionId, filter.executionId),
    filter.stepId === undefined ? undefined : eq(stepResults.stepId, filter.stepId),
    filter.status && eq(stepResults.status, filter.status),
    filter.from && gte(stepResults.createdAt, filter.from),
    filter.to && lte(stepResults.createdAt, filter.to),
  );
}
