import { and, desc, eq, gte, inArray, sql } from "drizzle-orm";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { type BatchRow, batchColumns } from "./batch-rows.ts";
import type { ScheduleKey } from "./schedule-rows.ts";
import { batchesTable, scheduleDaysTable, scheduleRunsTable } from "./tables.ts";

export type ScheduleRunRow = typeof scheduleRunsTable.$inferSelect;
type ScheduleDayRow = typeof scheduleDaysTable.$inferSelect;

export interface ScheduleRunWithBatch {
  readonly run: ScheduleRunRow;
  /** Null for a missed run, and for one whose batch was deleted because of its age. */
  readonly batch: BatchRow | null;
}

export interface ScheduleRunPosition {
  readonly createdAt: Date;
  readonly id: string;
}

/** Fails with a unique violation if the due time has run. */
export async function insertScheduleRun(tx: DatabaseTransaction, row: ScheduleRunRow): Promise<void> {
  await tx.insert(scheduleRunsTable).values(row);
}

/** Whether the due time has an outcome. The caller has locked the schedule. */
export async function hasScheduleRun(
  tx: DatabaseTransaction,
  { organizationId, id }: ScheduleKey,
  dueAt: Date,
): Promise<boolean> {
  const rows = await tx
    .select({ id: scheduleRunsTable.id })
    .from(scheduleRunsTable)
    .where(
      and(
        eq(scheduleRunsTable.organizationId, organizationId),
        eq(scheduleRunsTable.scheduleId, id),
        eq(scheduleRunsTable.dueAt, dueAt),
      ),
    );
  return rows.length > 0;
}

export async function findScheduleRun(
  reader: DatabaseReader,
  organizationId: string,
  id: string,
): Promise<ScheduleRunRow | undefined> {
  const [row] = await reader
    .select()
    .from(scheduleRunsTable)
    .where(and(eq(scheduleRunsTable.organizationId, organizationId), eq(scheduleRunsTable.id, id)));
  return row;
}

/** Lists runs of a schedule or of all schedules, newest first, or oldest first with `isBackward`. */
export async function listScheduleRunRows(
  reader: DatabaseReader,
  organizationId: string,
  scheduleId: string | undefined,
  page: {
    readonly from?: ScheduleRunPosition | undefined;
    readonly isBackward?: boolean;
    readonly limit: number;
  },
): Promise<readonly ScheduleRunWithBatch[]> {
  const { createdAt, id } = scheduleRunsTable;
  const operator = page.isBackward ? sql`>` : sql`<`;
  return reader
    .select({ run: scheduleRunsTable, batch: batchColumns })
    .from(scheduleRunsTable)
    .leftJoin(
      batchesTable,
      and(
        eq(batchesTable.organizationId, scheduleRunsTable.organizationId),
        eq(batchesTable.id, scheduleRunsTable.batchId),
      ),
    )
    .where(
      and(
        eq(scheduleRunsTable.organizationId, organizationId),
        scheduleId === undefined ? undefined : eq(scheduleRunsTable.scheduleId, scheduleId),
        page.from &&
          sql`(${createdAt}, ${id}) ${operator} (${page.from.createdAt.toISOString()}::timestamptz, ${page.from.id})`,
      ),
    )
    .orderBy(...(page.isBackward ? [createdAt, id] : [desc(createdAt), desc(id)]))
    .limit(page.limit);
}

/** Counts a run of a schedule that has ended, unless the schedule is gone. Call it in the transaction that ends the run. */
export async function countEndedScheduleRun(
  tx: DatabaseTransaction,
  {
    organizationId,
    scheduleId,
    status,
    failedRecords,
    startedAt,
    createdAt,
    completedAt,
    estimatedCost,
  }: BatchRow,
): Promise<void> {
  if (scheduleId === null || completedAt === null) return;
  const isFailed = status === "failed" || failedRecords > 0;
  const day = {
    day: completedAt.toISOString().slice(0, 10),
    completed: status === "completed" && !isFailed ? 1 : 0,
    failed: isFailed ? 1 : 0,
    durationMs: Math.max(0, completedAt.getTime() - (startedAt ?? createdAt).getTime()),
    costed: estimatedCost === null ? 0 : 1,
    cost: estimatedCost ?? "0",
  };
  await tx.execute(sql`
    INSERT INTO schedule_days AS kept (organization_id, schedule_id, day, runs, completed, failed, duration_ms, costed, cost)
    SELECT organization_id, id, ${day.day}::date, 1, ${day.completed}::integer, ${day.failed}::integer,
      ${day.durationMs}::bigint, ${day.costed}::integer, ${day.cost}::numeric
    FROM schedules WHERE organization_id = ${organizationId} AND id = ${scheduleId}
    ON CONFLICT (organization_id, schedule_id, day) DO UPDATE SET
      runs = kept.runs + 1, completed = kept.completed + excluded.completed, failed = kept.failed + excluded.failed,
      duration_ms = kept.duration_ms + excluded.duration_ms, costed = kept.costed + excluded.costed,
      cost = kept.cost + excluded.cost`);
}

/** Days of these schedules, from `since` (YYYY-MM-DD) on. */
export async function listScheduleDays(
  reader: DatabaseReader,
  organizationId: string,
  scheduleIds: readonly string[],
  since: string,
): Promise<readonly ScheduleDayRow[]> {
  return reader
    .select()
    .from(scheduleDaysTable)
    .where(
      and(
        eq(scheduleDaysTable.organizationId, organizationId),
        inArray(scheduleDaysTable.scheduleId, [...scheduleIds]),
        gte(scheduleDaysTable.day, since),
      ),
    )
    .orderBy(scheduleDaysTable.scheduleId, scheduleDaysTable.day);
}

/** Counts of the ended runs of a schedule, as far back as days are kept. */
export async function sumScheduleDays(reader: DatabaseReader, organizationId: string, scheduleId: string) {
  const { rows } = await reader.execute(sql`
    SELECT coalesce(sum(runs), 0)::float8 AS runs, coalesce(sum(completed), 0)::float8 AS completed,
      coalesce(sum(failed), 0)::float8 AS failed, coalesce(sum(duration_ms), 0)::float8 AS duration,
      coalesce(sum(costed), 0)::float8 AS costed, coalesce(sum(cost), 0)::float8 AS cost
    FROM schedule_days WHERE organization_id = ${organizationId} AND schedule_id = ${scheduleId}`);
  const get = (name: string) => Number(rows[0]?.[name]);
  return {
    runs: get("runs"),
    completed: get("completed"),
    failed: get("failed"),
    durationMs: get("duration"),
    costed: get("costed"),
    cost: get("cost"),
  };
}
