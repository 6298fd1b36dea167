import { sql } from "drizzle-orm";
import { MAX_COUNTED_MISSED_TIMES } from "#contract/run-statuses.ts";
import { countDueTimes, getNextDueTime } from "#core/schedule/cron.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import { createPrefixedId } from "#server/flows/flow-context.ts";
import type { BatchRow } from "#server/store/batch-rows.ts";
import type { PublishChangeEvent } from "#server/store/change-listeners.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { type ScheduleRow, lockSchedule, updateSchedule } from "#server/store/schedule-rows.ts";
import { hasScheduleRun, insertScheduleRun } from "#server/store/schedule-run-rows.ts";
import type { DueSchedule, ScheduleQueue } from "./schedule-queue.ts";
import { type RunStarter, startScheduleRun } from "./start-schedule-run.ts";

/** A due time that is older when a server looks is listed as missed. */
const MISSED_AFTER_MS = 60 * 60 * 1000;

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
  const { missed, nextRunAt } = planNextTime(service, schedule, dueAt, now);
  // A time that has an outcome is due again if a clock was set back before the schedule was changed.
  const hasRun = await hasScheduleRun(tx, key, dueAt);
  const mayRun = !hasRun && missed === 0;
  const started = mayRun
    ? await startScheduleRun(service, { tx, publish }, schedule, { startCause: "schedule" })
    : undefined;
  const batch = started?.batch;
  if (!hasRun)
    await insertScheduleRun(tx, {
      organizationId: schedule.organizationId,
      id: createPrefixedId("schedrun", service.context.now()),
      scheduleId: schedule.id,
      flowId: schedule.flowId,
      dueAt,
      batchId: batch?.id ?? null,
      missedCount: missed === 0 ? null : missed,
      createdAt: now,
    });
  const next = started?.isFlowGone ? null : nextRunAt;
  await updateSchedule(tx, key, {
    nextRunAt: next,
    enabled: next !== null,
    ...(batch && { lastRunAt: batch.createdAt, flowName: batch.flowName }),
  });
  if (next) await queue.enqueue(tx, { ...key, dueAt: next });
  return batch;
}

interface NextTime {
  /** Due times in a row that are too old to run, with this one, as `missedCount` of the contract; 0 if it is to run. */
  readonly missed: number;
  /** Null after the only time of a one-time schedule. */
  readonly nextRunAt: Date | null;
}

function planNextTime({ context }: RunStarter, schedule: ScheduleRow, dueAt: Date, now: Date): NextTime {
  const { cron, timezone } = schedule;
  const earliest = new Date(now.getTime() - MISSED_AFTER_MS);
  if (cron === null) return { missed: dueAt < earliest ? 1 : 0, nextRunAt: null };
  try {
    const zone = timezone ?? "UTC";
    if (dueAt >= earliest) return { missed: 0, nextRunAt: getNextDueTime(cron, zone, dueAt) };
    return skipMissedTimes(cron, zone, dueAt, earliest);
  } catch (error) {
    // The time zone was valid when the schedule was stored. One schedule must not hold up the others.
    context.logger.error(
      { err: describeErrorForLog(error), scheduleId: schedule.id },
      "a schedule has no next time; it is paused",
    );
    return { missed: 0, nextRunAt: null };
  }
}

function skipMissedTimes(cron: string, zone: string, dueAt: Date, earliest: Date): NextTime {
  const nextRunAt = getNextDueTime(cron, zone, new Date(earliest.getTime() - 1));
  const later = { after: dueAt, before: nextRunAt, max: MAX_COUNTED_MISSED_TIMES };
  return { missed: 1 + countDueTimes(cron, zone, later), nextRunAt };
}

/** The clock that decides which jobs are due, and orders runs. */
export async function readDatabaseTime(tx: DatabaseTransaction): Promise<Date> {
  const { rows } = await tx.execute(sql`SELECT extract(epoch FROM now())::float8 * 1000 AS ms`);
  return new Date(Number(rows[0]?.["ms"]));
}
