import { and, asc, eq, getTableColumns, gte, sql } from "drizzle-orm";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { flowRunHoursTable } from "./tables.ts";

export type FlowRunHourRow = typeof flowRunHoursTable.$inferSelect;
export type FlowHourKey = Pick<FlowRunHourRow, "organizationId" | "flowId" | "hour">;

/** What is added to the counts of an hour. The failures are merged by the caller. */
export type FlowHourCounts = Omit<FlowRunHourRow, "failures">;

const COUNTS = `"organizationId" text, "flowId" text, hour timestamptz, runs integer, "failedRuns" integer,
  "cancelledRuns" integer, executions integer, "failedExecutions" integer, durations integer[], "totalTokens" bigint,
  "estimatedCost" numeric`;
const FAILURES = `"organizationId" text, "flowId" text, hour timestamptz, failures json`;

const { organizationId: _organizationId, flowId: _flowId, ...columns } = getTableColumns(flowRunHoursTable);

/**
 * Locks the rows in the order of their keys until the transaction ends: call it last, and once in a transaction.
 * Leaves out flows that do not exist. Returns the failures (JSON text) of each row.
 */
export async function addToFlowRunHours(
  tx: DatabaseTransaction,
  counts: readonly FlowHourCounts[],
): Promise<readonly (FlowHourKey & { readonly failures: string })[]> {
  const { rows } = await tx.execute(sql`
    INSERT INTO flow_run_hours AS kept (organization_id, flow_id, hour, runs, failed_runs, cancelled_runs, executions,
      failed_executions, durations, total_tokens, estimated_cost)
    SELECT given.* FROM (
      SELECT * FROM json_to_recordset(${JSON.stringify(counts)}::json) AS given (${sql.raw(COUNTS)})
      LIMIT ${counts.length}
    ) AS given
    JOIN flows ON flows.organization_id = given."organizationId" AND flows.id = given."flowId"
    ORDER BY given."organizationId", given."flowId", given.hour
    ON CONFLICT (organization_id, flow_id, hour) DO UPDATE SET
      runs = kept.runs + excluded.runs, failed_runs = kept.failed_runs + excluded.failed_runs,
      cancelled_runs = kept.cancelled_runs + excluded.cancelled_runs,
      executions = kept.executions + excluded.executions,
      failed_executions = kept.failed_executions + excluded.failed_executions,
      durations = ARRAY(
        SELECT coalesce(a, 0) + coalesce(b, 0)
        FROM unnest(kept.durations, excluded.durations) WITH ORDINALITY AS pairs (a, b, place) ORDER BY place
      ),
      total_tokens = coalesce(kept.total_tokens + excluded.total_tokens, kept.total_tokens, excluded.total_tokens),
      estimated_cost =
        coalesce(kept.estimated_cost + excluded.estimated_cost, kept.estimated_cost, excluded.estimated_cost)
    RETURNING organization_id, flow_id, extract(epoch FROM hour)::float8 AS seconds, failures::text AS failures`);
  return rows.map((row) => ({
    organizationId: String(row["organization_id"]),
    flowId: String(row["flow_id"]),
    hour: new Date(Number(row["seconds"]) * 1000),
    failures: String(row["failures"]),
  }));
}

/** Replaces the failures of hours that the transaction has locked. */
export async function setFailuresOfFlowRunHours(
  tx: DatabaseTransaction,
  hours: readonly (FlowHourKey & { readonly failures: object })[],
): Promise<void> {
  await tx.execute(sql`
    UPDATE flow_run_hours SET failures = given.failures FROM (
      SELECT * FROM json_to_recordset(${JSON.stringify(hours)}::json) AS given (${sql.raw(FAILURES)})
      LIMIT ${hours.length}
    ) AS given
    WHERE flow_run_hours.organization_id = given."organizationId" AND flow_run_hours.flow_id = given."flowId"
      AND flow_run_hours.hour = given.hour`);
}

/** The hours of a flow in which something ran, oldest first. */
export async function listFlowRunHours(
  reader: DatabaseReader,
  organizationId: string,
  flowId: string,
  since: Date,
): Promise<readonly Omit<FlowRunHourRow, "organizationId" | "flowId">[]> {
  return reader
    .select(columns)
    .from(flowRunHoursTable)
    .where(
      and(
        eq(flowRunHoursTable.organizationId, organizationId),
        eq(flowRunHoursTable.flowId, flowId),
        gte(flowRunHoursTable.hour, since),
      ),
    )
    .orderBy(asc(flowRunHoursTable.hour));
}
