import type { RunStartCause } from "#contract/run-statuses.ts";
import { type Caller, assertCallerHasScope, listMissingRunScopes } from "#server/domain/caller.ts";
import { DomainError, createNotFoundError } from "#server/domain/domain-error.ts";
import { createFlowNotFoundError, isWellFormedId } from "#server/flows/flow-access.ts";
import { createPrefixedId } from "#server/flows/flow-context.ts";
import { type BatchRow, isActiveBatch } from "#server/store/batch-rows.ts";
import type { PublishChangeEvent } from "#server/store/change-listeners.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { readFlowRowToRun, updateFlow } from "#server/store/flow-rows.ts";
import { normalizeNameForSearch } from "#server/store/normalize-name-for-search.ts";
import {
  type ScheduleRow,
  deleteScheduleRow,
  insertSchedule,
  lockSchedule,
  updateSchedule,
} from "#server/store/schedule-rows.ts";
import { insertScheduleRun } from "#server/store/schedule-run-rows.ts";
import {
  type ScheduleDefinition,
  type ScheduleRequestBody,
  getFirstDueTime,
  readScheduleRequest,
} from "./schedule-request.ts";
import type { Scheduler } from "./scheduler.ts";
import { readDatabaseTime } from "./fire-schedule.ts";
import { hasRecords, startScheduleRun } from "./start-schedule-run.ts";

export interface ScheduleWrite {
  readonly tx: DatabaseTransaction;
  readonly publish: PublishChangeEvent;
  readonly caller: Caller;
}

/** Returns the id of the new schedule. */
export async function createSchedule(
  { service, queue }: Scheduler,
  { tx, caller }: ScheduleWrite,
  body: ScheduleRequestBody,
): Promise<string> {
  const now = service.context.now();
  const definition = readScheduleRequest(body, undefined, now);
  const row: ScheduleRow = {
    ...(await describeDefinition(tx, caller, definition)),
    organizationId: caller.organizationId,
    id: createPrefixedId("schedule", now),
    lastRunAt: null,
    createdAt: new Date(now),
    updatedAt: new Date(now),
  };
  await insertSchedule(tx, row);
  await enqueue({ queue }, tx, row);
  return row.id;
}

export async function changeSchedule(
  { service, queue }: Scheduler,
  { tx, caller }: ScheduleWrite,
  id: string,
  body: ScheduleRequestBody,
): Promise<void> {
  const stored = await lockOrThrowNotFound(tx, caller, id);
  const now = service.context.now();
  const definition = readScheduleRequest(body, stored, now);
  const row = {
    ...stored,
    ...(await describeDefinition(tx, caller, definition, stored)),
    updatedAt: new Date(now),
  };
  if (row.enabled && !stored.enabled) await answerForLiveVersion(tx, caller, row);
  await updateSchedule(tx, stored, row);
  if (row.nextRunAt?.getTime() !== stored.nextRunAt?.getTime()) await enqueue({ queue }, tx, row);
}

export async function deleteSchedule({ tx, caller }: ScheduleWrite, id: string): Promise<void> {
  await deleteScheduleRow(tx, await lockOrThrowNotFound(tx, caller, id));
}

export async function pauseSchedule(
  { service }: Scheduler,
  { tx, caller }: ScheduleWrite,
  id: string,
): Promise<void> {
  const row = await lockOrThrowNotFound(tx, caller, id);
  const updatedAt = new Date(service.context.now());
  await updateSchedule(tx, row, { enabled: false, pauseReason: null, nextRunAt: null, updatedAt });
}

/** Throws a conflict if the only time of the schedule has passed. */
export async function resumeSchedule(
  { service, queue }: Scheduler,
  { tx, caller }: ScheduleWrite,
  id: string,
): Promise<void> {
  const stored = await lockOrThrowNotFound(tx, caller, id);
  if (stored.enabled) return;
  const now = service.context.now();
  if (stored.runAt && stored.runAt.getTime() <= now)
    throw new DomainError("conflict", "The time of this schedule has passed. Give it a new one.");
  if (!(await readFlowRowToRun(tx, stored.organizationId, stored.flowId)))
    throw new DomainError("conflict", "The flow of this schedule was deleted. Choose another one.");
  // The scopes of a removed key must not come back by another one.
  const maker = stored.pauseReason === "key" ? describeMaker(caller) : {};
  if (hasRecords(stored)) assertCallerHasScope(caller, "RECORDS:READ");
  const row = { ...stored, ...maker, enabled: true, pauseReason: null };
  await answerForLiveVersion(tx, caller, row);
  const nextRunAt = getFirstDueTime(row, now);
  await updateSchedule(tx, stored, { ...row, nextRunAt, updatedAt: new Date(now) });
  await enqueue({ queue }, tx, { ...row, nextRunAt });
}

export interface StartedRunNow {
  readonly runId: string;
  readonly batch: BatchRow;
}

/** Runs the schedule beside its due times. */
export async function runScheduleNow(
  { service }: Scheduler,
  { tx, publish, caller }: ScheduleWrite,
  id: string,
  startCause: RunStartCause,
): Promise<StartedRunNow> {
  const schedule = await lockOrThrowNotFound(tx, caller, id);
  const now = new Date(service.context.now());
  if (hasRecords(schedule)) assertCallerHasScope(caller, "RECORDS:READ");
  const starter = { startCause, caller };
  const { batch, isFlowGone } = await startScheduleRun(service, { tx, publish }, schedule, starter);
  const runId = createPrefixedId("schedrun", now.getTime());
  const createdAt = await readDatabaseTime(tx);
  const { organizationId, flowId } = schedule;
  const run = { organizationId, id: runId, scheduleId: id, flowId, dueAt: null, batchId: batch.id };
  await insertScheduleRun(tx, { ...run, missedCount: null, createdAt });
  await updateSchedule(tx, schedule, {
    lastRunAt: now,
    ...(isFlowGone && { enabled: false, nextRunAt: null }),
  });
  return { runId, batch };
}

/** `queued`, or the outcome of a run that has ended because there was nothing to run. */
export function describeStartedRun({ runId, batch }: StartedRunNow) {
  const status = isActiveBatch(batch) ? "queued" : batch.status;
  return { batchExecutionId: batch.id, error: batch.error, runId, status };
}

/** The key whose scopes the runs have. */
function describeMaker({ userId, keyName, keyHash, scopes }: Caller) {
  return { userId, keyName: keyName ?? null, keyHash: keyHash ?? null, scopes: [...scopes] };
}

async function describeDefinition(
  tx: DatabaseTransaction,
  caller: Caller,
  definition: ScheduleDefinition,
  stored?: ScheduleRow,
) {
  const { flowId } = definition;
  if (hasRecords(definition)) assertCallerHasScope(caller, "RECORDS:READ");
  const flow = isWellFormedId(flowId) ? await readFlowRowToRun(tx, caller.organizationId, flowId) : undefined;
  // A schedule whose flow was deleted can still be renamed and paused.
  const flowName = flow?.name ?? (stored?.flowId === flowId ? stored.flowName : undefined);
  if (flowName === undefined) throw createFlowNotFoundError();
  const names = [definition.name ?? "", flowName].join("\n");
  return {
    ...definition,
    flowName,
    nameKey: normalizeNameForSearch(names),
    pauseReason: null,
    ...describeMaker(caller),
  };
}

/**
 * Lets the live version run with all scopes of the schedule, if its publisher lacked some. Throws 403 for a caller who lacks
 * some too.
 */
async function answerForLiveVersion(
  tx: DatabaseTransaction,
  caller: Caller,
  schedule: ScheduleRow,
): Promise<void> {
  const { organizationId, flowId, scopes } = schedule;
  const flow = await readFlowRowToRun(tx, organizationId, flowId);
  if (flow?.publishedVersionId == null || listMissingRunScopes(scopes, flow.publisherScopes).length === 0)
    return;
  for (const scope of listMissingRunScopes(scopes, caller.scopes)) assertCallerHasScope(caller, scope);
  await updateFlow(tx, organizationId, flowId, { publisherScopes: [...caller.scopes] });
}

async function enqueue(
  { queue }: Pick<Scheduler, "queue">,
  tx: DatabaseTransaction,
  { organizationId, id, nextRunAt }: ScheduleRow,
): Promise<void> {
  if (nextRunAt) await queue.enqueue(tx, { organizationId, id, dueAt: nextRunAt });
}

async function lockOrThrowNotFound(
  tx: DatabaseTransaction,
  { organizationId }: Caller,
  id: string,
): Promise<ScheduleRow> {
  const row = isWellFormedId(id) ? await lockSchedule(tx, { organizationId, id }) : undefined;
  if (!row) throw createNotFoundError("Schedule not found.");
  return row;
}
