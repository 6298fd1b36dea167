import { type SQL, and, desc, eq, sql } from "drizzle-orm";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { normalizeNameForSearch } from "./normalize-name-for-search.ts";
import { isSearchTextEmpty } from "./search.ts";
import { flowsTable, scheduleDaysTable, scheduleRunsTable, schedulesTable } from "./tables.ts";

export type ScheduleRow = typeof schedulesTable.$inferSelect;

export type ScheduleKey = Pick<ScheduleRow, "organizationId" | "id">;

export interface SchedulePosition {
  readonly createdAt: Date;
  readonly id: string;
}

export interface ScheduleFilter {
  readonly search?: string | undefined;
  readonly isActive?: boolean | undefined;
  readonly flowId?: string | undefined;
}

export async function insertSchedule(tx: DatabaseTransaction, row: ScheduleRow): Promise<void> {
  await tx.insert(schedulesTable).values(row);
}

export async function updateSchedule(
  tx: DatabaseTransaction,
  key: ScheduleKey,
  changes: Partial<ScheduleRow>,
): Promise<void> {
  await tx.update(schedulesTable).set(changes).where(isSchedule(key));
}

/** Its runs stay in the list of all runs. */
export async function deleteScheduleRow(tx: DatabaseTransaction, key: ScheduleKey): Promise<void> {
  await tx.delete(schedulesTable).where(isSchedule(key));
  const { organizationId, scheduleId } = scheduleDaysTable;
  await tx
    .delete(scheduleDaysTable)
    .where(and(eq(organizationId, key.organizationId), eq(scheduleId, key.id)));
}

export async function lockSchedule(
  tx: DatabaseTransaction,
  key: ScheduleKey,
): Promise<ScheduleRow | undefined> {
  const [row] = await tx.select().from(schedulesTable).where(isSchedule(key)).for("update");
  return row;
}

/** Locks the active schedules of a flow. Lock them before the flow, as a due time does. */
export async function lockActiveSchedules(
  tx: DatabaseTransaction,
  organizationId: string,
  flowId: string,
): Promise<readonly ScheduleRow[]> {
  const isActive = and(isOfFlow(organizationId, flowId), eq(schedulesTable.enabled, true));
  return tx.select().from(schedulesTable).where(isActive).orderBy(schedulesTable.id).for("update");
}

/** A schedule with the current name of its flow, null if the flow was deleted. */
export interface ScheduleWithFlow {
  readonly schedule: ScheduleRow;
  readonly flowName: string | null;
}

const withFlow = { schedule: schedulesTable, flowName: flowsTable.name };
const isItsFlow = and(
  eq(flowsTable.organizationId, schedulesTable.organizationId),
  eq(flowsTable.id, schedulesTable.flowId),
);

export async function findScheduleWithFlow(
  reader: DatabaseReader,
  key: ScheduleKey,
): Promise<ScheduleWithFlow | undefined> {
  const [row] = await reader
    .select(withFlow)
    .from(schedulesTable)
    .leftJoin(flowsTable, isItsFlow)
    .where(isSchedule(key));
  return row;
}

/** Lists schedules, newest first. */
export async function listScheduleRows(
  reader: DatabaseReader,
  organizationId: string,
  { search, isActive, flowId }: ScheduleFilter,
  page: { readonly after: SchedulePosition | undefined; readonly limit: number },
): Promise<readonly ScheduleWithFlow[]> {
  return reader
    .select(withFlow)
    .from(schedulesTable)
    .leftJoin(flowsTable, isItsFlow)
    .where(
      and(
        eq(schedulesTable.organizationId, organizationId),
        flowId === undefined ? undefined : eq(schedulesTable.flowId, flowId),
        isActive === undefined ? undefined : eq(schedulesTable.enabled, isActive),
        search === undefined || isSearchTextEmpty(search)
          ? undefined
          : sql`strpos(${schedulesTable.nameKey}, ${normalizeNameForSearch(search.trim())}) > 0`,
        page.after &&
          sql`(${schedulesTable.createdAt}, ${schedulesTable.id}) < (${page.after.createdAt.toISOString()}::timestamptz, ${page.after.id})`,
      ),
    )
    .orderBy(desc(schedulesTable.createdAt), desc(schedulesTable.id))
    .limit(page.limit);
}

/** Lists schedules whose due time has passed by the clock of the database, those that are due longest first. */
export async function listOverdueSchedules(
  reader: DatabaseReader,
  limit: number,
): Promise<readonly (ScheduleKey & { readonly dueAt: Date; readonly lateMs: number })[]> {
  const { rows } = await reader.execute(sql`
    SELECT organization_id, id, next_run_at, extract(epoch FROM now() - next_run_at)::float8 AS late FROM schedules
    WHERE next_run_at <= now() ORDER BY next_run_at LIMIT ${limit}`);
  return rows.map((row) => ({
    organizationId: String(row["organization_id"]),
    id: String(row["id"]),
    dueAt: new Date(row["next_run_at"] as string),
    lateMs: Number(row["late"]) * 1000,
  }));
}

/** The newest run of each schedule, with the outcome of its batch. */
export async function listLastScheduleRuns(
  reader: DatabaseReader,
  organizationId: string,
  scheduleIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly status: string; readonly error: string | null }>> {
  const { rows } = await reader.execute(sql`
    SELECT wanted.id, last.* FROM json_array_elements_text(${JSON.stringify(scheduleIds)}::json) AS wanted (id)
    CROSS JOIN LATERAL (
      SELECT batches.status, batches.failed_records, coalesce(batches.error, batches.first_error) AS error
      FROM ${scheduleRunsTable}
      LEFT JOIN batches ON batches.organization_id = ${organizationId} AND batches.id = schedule_runs.batch_id
      WHERE schedule_runs.organization_id = ${organizationId} AND schedule_runs.schedule_id = wanted.id
      ORDER BY schedule_runs.created_at DESC, schedule_runs.id DESC LIMIT 1
    ) AS last`);
  return new Map(
    rows.map((row) => {
      const isPartlyFailed = row["status"] === "completed" && Number(row["failed_records"]) > 0;
      const status = isPartlyFailed ? "failed" : ((row["status"] as string | null) ?? "missed");
      return [String(row["id"]), { status, error: row["error"] as string | null }];
    }),
  );
}

function isOfFlow(organizationId: string, flowId: string): SQL | undefined {
  return and(eq(schedulesTable.organizationId, organizationId), eq(schedulesTable.flowId, flowId));
}

function isSchedule({ organizationId, id }: ScheduleKey): SQL | undefined {
  return and(eq(schedulesTable.organizationId, organizationId), eq(schedulesTable.id, id));
}
