import { sql } from "drizzle-orm";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { MAX_RECORD_CONCURRENCY } from "#contract/run.ts";
import type { RunStartCause } from "#contract/run-statuses.ts";
import { type Caller, intersectScopes, listMissingRunScopes } from "#server/domain/caller.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import { DomainError, createInvalidRequestError } from "#server/domain/domain-error.ts";
import { createPrefixedId } from "#server/flows/flow-context.ts";
import { createRecordId } from "#server/records/record-context.ts";
import { parseAndCompileRecordFilter } from "#server/records/record-filter.ts";
import type { RunInputs } from "#server/runs/run-inputs.ts";
import type { RunService } from "#server/runs/run-service.ts";
import {
  type BatchToCreate,
  type FillBatch,
  NEW_RUN,
  describeOrigin,
  insertFilledBatch,
} from "#server/runs/start-batch.ts";
import { storeRunOutcomes } from "#server/runs/health/store-run-outcomes.ts";
import {
  type BatchRow,
  addRecordsToBatch,
  isAnyRecordKnown,
  addSelectedRecordsToBatch,
  insertBatch,
} from "#server/store/batch-rows.ts";
import type { PublishChangeEvent } from "#server/store/change-listeners.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import type { ScheduleRow } from "#server/store/schedule-rows.ts";
import { countEndedScheduleRun } from "#server/store/schedule-run-rows.ts";
import { lockFlowAgainstDeletion } from "#server/store/step-result-rows.ts";
import { getStoreFailureKind } from "#server/store/store-failure.ts";

const CONCURRENCY = 4;

export type RunStarter = Pick<RunService, "context" | "event" | "queue" | "alerts">;

interface ScheduleRunWrite {
  readonly tx: DatabaseTransaction;
  readonly publish: PublishChangeEvent;
}

export interface StartedScheduleRun {
  readonly batch: BatchRow;
  /** No later run can start either. */
  readonly isFlowGone: boolean;
}

/** The records of a schedule match none. Such a run has nothing to do, which is no failure. */
class NoRecords extends Error {
  override readonly name = "NoRecords";
}

/** What started a run: the due time, or the caller of “run now”. */
export interface ScheduleRunStarter {
  readonly startCause: RunStartCause;
  readonly caller?: Caller;
}

/**
 * Creates the batch of a run. Where that is not possible, the batch has ended already, and its error says why. Rejects only
 * if the store fails.
 */
export async function startScheduleRun(
  service: RunStarter,
  { tx, publish }: ScheduleRunWrite,
  schedule: ScheduleRow,
  { startCause, caller: requester }: ScheduleRunStarter,
): Promise<StartedScheduleRun> {
  const { organizationId, userId } = schedule;
  // Neither the schedule lends its scopes to the caller, nor to the key that publishes the version of a due time.
  const scopes = requester ? intersectScopes(schedule.scopes, requester.scopes) : schedule.scopes;
  const caller = { organizationId, userId, scopes, keyName: requester?.keyName };
  const origin = { startCause, scheduleId: schedule.id };
  const request: BatchToCreate = {
    flow: { type: "published", id: schedule.flowId, hasScopesOfPublisher: !requester },
    origin,
    recordType: schedule.recordType,
    maxRetries: 0,
    concurrency: readConcurrency(schedule),
    isSingle: !hasRecords(schedule),
    runInputs: hasRecords(schedule) ? null : describeRunInputs(schedule),
  };
  await tx.execute(sql`SAVEPOINT start_of_run`);
  try {
    const fill = createFill(service, schedule);
    const batch = await insertFilledBatch(service, { tx, publish, caller }, request, fill);
    await tx.execute(sql`RELEASE SAVEPOINT start_of_run`);
    return { batch, isFlowGone: false };
  } catch (error) {
    if (getStoreFailureKind(error)) throw error;
    await tx.execute(sql`ROLLBACK TO SAVEPOINT start_of_run`);
    const isEmpty = error instanceof NoRecords;
    if (!isEmpty && !(error instanceof DomainError))
      service.context.logger.error(
        { err: describeErrorForLog(error), scheduleId: schedule.id },
        "a schedule could not start its run",
      );
    const outcome = isEmpty
      ? ({ status: "completed", error: null } as const)
      : ({ status: "failed", error: explainStartError(error) } as const);
    const batch = await insertEndedBatch(service, { tx, publish }, schedule, {
      ...describeOrigin(caller, origin),
      ...outcome,
    });
    return { batch, isFlowGone: isFlowGoneError(error) };
  }
}

export function hasRecords({
  recordType,
  recordIds,
  recordFilter,
}: Pick<ScheduleRow, "recordType" | "recordIds" | "recordFilter">): boolean {
  return recordType !== null || recordIds !== null || recordFilter !== null;
}

function describeRunInputs({ inputs, messages }: ScheduleRow): string {
  const given: RunInputs = {
    inputs: inputs === null ? {} : (JSON.parse(inputs) as JsonObject),
    ...(messages !== null && { messages: JSON.parse(messages) as JsonValue[] }),
  };
  return JSON.stringify(given);
}

/** Options are stored as sent, so that unusable and too large values are possible. */
function readConcurrency({ executionOptions }: ScheduleRow): number {
  const options = executionOptions === null ? {} : (JSON.parse(executionOptions) as JsonObject);
  const wanted = options["recordConcurrency"];
  const isCount = typeof wanted === "number" && Number.isInteger(wanted) && wanted >= 1;
  return isCount ? Math.min(wanted, MAX_RECORD_CONCURRENCY) : CONCURRENCY;
}

function createFill({ context }: RunStarter, schedule: ScheduleRow): FillBatch {
  return async (tx, batch) => {
    const { recordType, recordIds, recordFilter } = schedule;
    const now = context.now();
    assertPublisherAllowsRun(schedule, batch.scopes);
    if (recordIds !== null) {
      const records = recordIds.map((id) => ({ id }));
      if (!(await isAnyRecordKnown(tx, batch.organizationId, records)))
        throw createInvalidRequestError("None of the records of this schedule exist.");
      return { total: await addRecordsToBatch(tx, batch, records), isUrgent: false };
    }
    if (recordType !== null || recordFilter !== null) {
      const where =
        recordFilter === null
          ? undefined
          : parseAndCompileRecordFilter(JSON.parse(recordFilter) as JsonValue, now, { at: ["recordFilter"] });
      const total = await addSelectedRecordsToBatch(tx, batch, { type: recordType ?? undefined, where });
      if (total === 0) throw new NoRecords();
      return { total, isUrgent: false };
    }
    await addRecordsToBatch(tx, batch, [{ id: createRecordId(now), record: {} }]);
    return { total: 1, isUrgent: false };
  };
}

/** The schedule itself has these scopes, and so has the caller of “run now”. */
function assertPublisherAllowsRun(schedule: ScheduleRow, scopes: readonly string[]): void {
  const needed = hasRecords(schedule) ? ["FLOWS:EXECUTE", "RECORDS:READ"] : ["FLOWS:EXECUTE"];
  const missing = listMissingRunScopes(needed, scopes);
  if (missing.length === 0) return;
  const lack = `The flow was published by a key without ${missing.join(" and ")}.`;
  throw new DomainError(
    "conflict",
    `${lack} Pause and resume the schedule with a key that has every scope of it.`,
  );
}

function isFlowGoneError(error: unknown): boolean {
  return error instanceof DomainError && error.kind === "notFound";
}

function explainStartError(error: unknown): string {
  if (isFlowGoneError(error)) return "The flow was deleted. The schedule is paused.";
  return error instanceof DomainError ? error.message : "The run could not be started.";
}

async function insertEndedBatch(
  { context, event, alerts }: RunStarter,
  { tx, publish }: ScheduleRunWrite,
  schedule: ScheduleRow,
  outcome: Pick<BatchRow, "status" | "error" | "startCause" | "keyName" | "retryOf" | "scheduleId">,
): Promise<BatchRow> {
  const { organizationId, userId, scopes, flowId, flowName, recordType } = schedule;
  const now = new Date(context.now());
  const batch: BatchRow = {
    ...NEW_RUN,
    ...outcome,
    organizationId,
    id: createPrefixedId("batch", now.getTime()),
    userId,
    scopes: [...scopes],
    flowId,
    flowName,
    flowVersionId: null,
    isVirtual: false,
    recordType,
    isSingle: !hasRecords(schedule),
    maxRetries: 0,
    concurrency: 1,
    firstError: outcome.error,
    createdAt: now,
    startedAt: now,
    completedAt: now,
  };
  await insertBatch(tx, batch, { steps: "[]", runInputs: null });
  event.publishAtOnce(publish, batch);
  if (await lockFlowAgainstDeletion(tx, organizationId, flowId))
    await storeRunOutcomes(tx, alerts, [{ batch, executions: [], hasEnded: true }], now);
  else await countEndedScheduleRun(tx, batch);
  return batch;
}
