import { sql } from "drizzle-orm";
import { getNextDueTime } from "#core/schedule/cron.ts";
import { createPrefixedId } from "#server/flows/flow-context.ts";
import type { BatchRow } from "#server/store/batch-rows.ts";
import type { PublishChangeEvent } from "#server/store/change-listeners.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { type ScheduleRow, lockSchedule, updateSchedule } from "#server/store/schedule-rows.ts";
import { insertScheduleRun } from "#server/store/schedule-run-rows.ts";
import type { DueSchedule, ScheduleQueue } from "./schedule-queue.ts";
import { type RunStarter, startScheduleRun } from "./start-schedule-run.ts";

/** A due time that is older when a server looks is listed as missed. */
const MISSED_AFTER_MS = 60 * 60 * 1000;
/** Missed times in a row that are counted: a longer outage must not block the server. */
const MAX_COUNTED = 10_000;

interface FiringTransaction {
  readonly tx: DatabaseTransaction;
  readonly publish: PublishChangeEvent;
}

/**
 * Runs a due time of a schedule, or lists it as missed, and enqueues the next one. Does nothing if the schedule has another
 * next time by now. All in the transaction that took the job, so that each due time has exactly one outcome.
 */
export async function fireSchedule(
  service: RunStarter,
  queue: ScheduleQueue,
  { tx, publish }: FiringTransaction,
  { dueAt, ...key }: DueSchedule,
): Promise<BatchRow | undefined> {
  const schedule = await lockSchedule(tx, key);
  if (!schedule?.enabled || schedule.nextRunAt?.getTime() !== dueAt.getTime()) return undefined;
  const now = await readDatabaseTime(tx);
  const earliest = new Date(now.getTime() - MISSED_AFTER_MS);
  const isMissed = dueAt < earliest;
  const missed = isMissed ? skipMissedTimes(schedule, dueAt, earliest) : undefined;
  const started = missed
    ? undefined
    : await startScheduleRun(service, { tx, publish }, schedule, { startCause: "schedule" });
  const batch = started?.batch;
  await insertScheduleRun(tx, {
    organizationId: schedule.organizationId,
    id: createPrefixedId("schedrun", service.context.now()),
    scheduleId: schedule.id,
    flowId: schedule.flowId,
    dueAt,
    batchId: batch?.id ?? null,
    missedCount: missed?.count ?? null,
    createdAt: now,
  });
  const nextRunAt = started?.isFlowGone ? null : missed ? missed.next : getTimeAfter(schedule, dueAt);
  await updateSchedule(tx, key, {
    nextRunAt,
    enabled: nextRunAt !== null,
    ...(batch && { lastRunAt: batch.createdAt, flowName: batch.flowName }),
  });
  if (nextRunAt) await queue.enqueue(tx, { ...key, dueAt: nextRunAt });
  return batch;
}

/** Null after the only time of a one-time schedule. */
function getTimeAfter({ cron, timezone }: ScheduleRow, after: Date): Date | null {
  return cron === null ? null : getNextDueTime(cron, timezone ?? "UTC", after);
}

function skipMissedTimes(
  { cron, timezone }: ScheduleRow,
  dueAt: Date,
  earliest: Date,
): { readonly count: number; readonly next: Date | null } {
  if (cron === null) return { count: 1, next: null };
  const zone = timezone ?? "UTC";
  const next = getNextDueTime(cron, zone, new Date(earliest.getTime() - 1));
  let count = 1;
  for (let time = dueAt; count < MAX_COUNTED; count++) {
    time = getNextDueTime(cron, zone, time);
    if (time >= next) break;
  }
  return { count, next };
}

/** The clock that decides which jobs are due. */
async function readDatabaseTime(tx: DatabaseTransaction): Promise<Date> {
  const { rows } = await tx.execute(sql`SELECT extract(epoch FROM now())::float8 * 1000 AS ms`);
  return new Date(Number(rows[0]?.["ms"]));
}
