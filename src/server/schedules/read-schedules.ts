import * as z from "zod/mini";
import { MAX_COUNTED_MISSED_TIMES } from "#contract/run-statuses.ts";
import type { Schedule, ScheduleRun } from "#contract/schedule.ts";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { type Caller, isScopeGrantedToCaller, listMissingRunScopes } from "#server/domain/caller.ts";
import { decodeCursor, isValidCursorTimestamp } from "#server/domain/cursor.ts";
import { createInvalidRequestError, createNotFoundError } from "#server/domain/domain-error.ts";
import {
  parseAndClampPageLimit,
  serializePageResponse,
  trimQueryRowsToPage,
} from "#server/domain/page-response.ts";
import { isWellFormedId } from "#server/flows/flow-access.ts";
import { getBatchRowOrThrowNotFound } from "#server/runs/read-batch-records.ts";
import type { RunServiceDependencies } from "#server/runs/run-service-dependencies.ts";
import { type BatchRecordRow, listBatchRecords } from "#server/store/batch-record-rows.ts";
import type { BatchRow } from "#server/store/batch-rows.ts";
import type { DatabaseReader } from "#server/store/database.ts";
import { listRecordTypesByIds } from "#server/store/record-rows.ts";
import {
  type ScheduleWithFlow,
  findScheduleWithFlow,
  listLastScheduleRuns,
  listScheduleRows,
} from "#server/store/schedule-rows.ts";
import {
  type ScheduleRunWithBatch,
  findScheduleRun,
  listScheduleDays,
  listScheduleRunRows,
  sumScheduleDays,
} from "#server/store/schedule-run-rows.ts";

type ReadContext = Pick<RunServiceDependencies, "store" | "extras" | "now">;

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS = 7;
const MAX_SPARKLINES = 100;
const MAX_RUNS = 100;

const cursorSchema = z.object({
  at: z.string().check(z.refine(isValidCursorTimestamp)),
  id: z.string().check(z.refine(isWellFormedId)),
  offset: z.int().check(z.minimum(0)),
});

interface ListQuery {
  readonly limit?: string | undefined;
  readonly cursor?: string | undefined;
}

interface SchedulesQuery extends ListQuery {
  readonly search?: string | undefined;
  readonly status?: "active" | "paused" | undefined;
  readonly flowId?: string | undefined;
}

/** Resolves to JSON text, as the other lists do. */
export async function listSchedules(
  context: ReadContext,
  caller: Caller,
  { status, search, flowId, ...query }: SchedulesQuery,
): Promise<string> {
  const { database } = context.store;
  const limit = parseAndClampPageLimit(query.limit);
  const from = readCursor(query.cursor);
  const filter = { search, flowId, isActive: status && status === "active" };
  const page = { after: from, limit: limit + 1 };
  const found = await listScheduleRows(database, caller.organizationId, filter, page);
  const { rows, isMore } = trimQueryRowsToPage(found, limit, "next");
  const states = await describeSchedules(context, caller, rows);
  return serializePageResponse(
    { limit, direction: "next", from, rows: states, isMore },
    {
      textOf: (state) => JSON.stringify(state),
      placeAt: ({ createdAt, id }, offset) => ({ at: createdAt, id, offset }),
      count: undefined,
      countedTo: undefined,
    },
  );
}

export async function readSchedule(context: ReadContext, caller: Caller, id: string): Promise<Schedule> {
  const [state] = await describeSchedules(context, caller, [await findOrThrowNotFound(context, caller, id)]);
  if (!state) throw new Error("a schedule has no description");
  return state;
}

export async function listScheduleRuns(context: ReadContext, caller: Caller, id: string) {
  await findOrThrowNotFound(context, caller, id);
  const { database } = context.store;
  const rows = await listScheduleRunRows(database, caller.organizationId, id, { limit: MAX_RUNS });
  return { data: rows.map((row) => describeRun(row, caller, context.extras)) };
}

export async function listAllScheduleRuns(
  context: ReadContext,
  caller: Caller,
  query: ListQuery & { readonly direction?: "next" | "prev" | undefined },
): Promise<string> {
  const { database } = context.store;
  const limit = parseAndClampPageLimit(query.limit);
  const direction = query.direction ?? "next";
  const from = readCursor(query.cursor);
  const isBackward = direction === "prev";
  const page = { from, isBackward, limit: limit + 1 };
  const found = await listScheduleRunRows(database, caller.organizationId, undefined, page);
  return serializePageResponse(
    { limit, direction, from, ...trimQueryRowsToPage(found, limit, direction) },
    {
      textOf: (row) => JSON.stringify(describeRun(row, caller, context.extras)),
      placeAt: ({ run }, offset) => ({ at: run.createdAt.toISOString(), id: run.id, offset }),
      count: undefined,
      countedTo: undefined,
    },
  );
}

interface ResultsQuery {
  readonly limit?: string | undefined;
  readonly offset?: string | undefined;
}

export async function listScheduleRunResults(
  context: ReadContext,
  caller: Caller,
  runId: string,
  query: ResultsQuery,
) {
  const run = isWellFormedId(runId)
    ? await findScheduleRun(context.store.database, caller.organizationId, runId)
    : undefined;
  if (!run) throw createNotFoundError("Run not found.");
  if (run.batchId === null) return describeResults([], undefined, parsePage(query));
  return listBatchResults(context, caller, run.batchId, query);
}

/** Lists the records of a batch that a schedule started. */
export async function listScheduleBatchResults(
  context: ReadContext,
  caller: Caller,
  batchId: string,
  query: ResultsQuery,
) {
  const { scheduleId } = await getBatchRowOrThrowNotFound(context, caller, batchId);
  if (scheduleId === null) throw createNotFoundError("No schedule started this batch.");
  return listBatchResults(context, caller, batchId, query);
}

async function listBatchResults(context: ReadContext, caller: Caller, batchId: string, query: ResultsQuery) {
  const batch = await getBatchRowOrThrowNotFound(context, caller, batchId);
  const page = parsePage(query);
  const mayRead = isScopeGrantedToCaller(caller, "RECORDS:READ");
  const records = await listBatchRecords(
    context.store.database,
    { organizationId: caller.organizationId, batchId },
    { after: page.offset - 1, limit: page.limit },
  );
  const { organizationId } = caller;
  const ids = records.filter((row) => !row.isInline).map(({ recordId }) => recordId);
  const stored = mayRead
    ? await listRecordTypesByIds(context.store.database, organizationId, ids)
    : undefined;
  const data = records.map((row) => ({
    recordId: row.recordId,
    record: describeRecord(row, stored?.get(row.recordId) ?? (mayRead ? batch.recordType : null)),
    recordResultId: row.executionId,
    agentExecutionId: null,
    flowId: batch.flowId,
    flowName: batch.flowName,
    status: row.status,
    ...(mayRead && row.outputPreview !== null && { result: row.outputPreview }),
    error: mayRead ? row.errorMessage : null,
    executedAt: row.startedAt?.toISOString() ?? null,
    failedAt: row.status === "failed" ? (row.completedAt?.toISOString() ?? null) : null,
    createdAt: batch.createdAt.toISOString(),
  }));
  return describeResults(data, batch, page);
}

/** Null for a caller that may not read records, for a record without a name or type, and for the inputs of a run. */
function describeRecord({ recordId, recordName, isInline }: BatchRecordRow, type: string | null) {
  return isInline || recordName === null || type === null ? null : { id: recordId, name: recordName, type };
}

function describeResults<Item>(
  data: readonly Item[],
  batch: BatchRow | undefined,
  { limit, offset }: ReturnType<typeof parsePage>,
) {
  const total = batch?.totalRecords ?? 0;
  return { data, pagination: { limit, offset, total, hasMore: offset + data.length < total } };
}

function parsePage({ limit, offset = "0" }: ResultsQuery) {
  return { limit: parseAndClampPageLimit(limit), offset: Math.min(2 ** 31 - 1, Math.max(0, Number(offset))) };
}

export async function readScheduleStats(context: ReadContext, caller: Caller, id: string) {
  await findOrThrowNotFound(context, caller, id);
  const { database } = context.store;
  const { organizationId } = caller;
  const sums = await sumScheduleDays(database, organizationId, id);
  const { runs, completed, failed, durationMs, costed, cost } = sums;
  const days = await readLastDays(context, database, organizationId, [id]);
  return {
    total: runs,
    completed,
    failed,
    successRate: completed + failed === 0 ? null : completed / (completed + failed),
    avgDurationMs: runs === 0 ? null : Math.round(durationMs / runs),
    avgCostUsd: costed === 0 ? null : cost / costed,
    last7Days: days.get(id) ?? [],
  };
}

/** Without `ids`, those of the newest schedules. */
export async function listSparklines(context: ReadContext, caller: Caller, ids: string | undefined) {
  if (ids === undefined) {
    const page = { after: undefined, limit: MAX_SPARKLINES };
    const newest = await listScheduleRows(context.store.database, caller.organizationId, {}, page);
    return describeSparklines(
      context,
      caller,
      newest.map(({ schedule }) => schedule.id),
    );
  }
  const wanted = [...new Set(ids.split(",").filter(isWellFormedId))];
  if (wanted.length === 0 || wanted.length > MAX_SPARKLINES) {
    const message = `Expected 1 to ${MAX_SPARKLINES} ids, separated by commas.`;
    throw createInvalidRequestError("The query is not valid.", {
      message,
      path: "ids",
      code: "INVALID_VALUE",
    });
  }
  return describeSparklines(context, caller, wanted);
}

async function describeSparklines(context: ReadContext, caller: Caller, wanted: readonly string[]) {
  const days = await readLastDays(context, context.store.database, caller.organizationId, wanted);
  return { data: wanted.map((scheduleId) => ({ scheduleId, last7Days: days.get(scheduleId) ?? [] })) };
}

/** For each schedule the last seven days in UTC, oldest first, also those without runs. */
async function readLastDays(
  { now }: ReadContext,
  database: DatabaseReader,
  organizationId: string,
  ids: readonly string[],
) {
  const dates = Array.from({ length: DAYS }, (_, index) =>
    new Date(now() - (DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
  const rows = await listScheduleDays(database, organizationId, ids, dates[0] ?? "");
  return new Map(
    ids.map((id) => {
      const own = rows.filter(({ scheduleId }) => scheduleId === id);
      const days = dates.map((date) => {
        const { runs = 0, failed = 0 } = own.find(({ day }) => day === date) ?? {};
        return { date, runs, failed };
      });
      return [id, days];
    }),
  );
}

async function findOrThrowNotFound(context: ReadContext, caller: Caller, id: string) {
  const { organizationId } = caller;
  const found = isWellFormedId(id)
    ? await findScheduleWithFlow(context.store.database, { organizationId, id })
    : undefined;
  if (!found) throw createNotFoundError("Schedule not found.");
  return found;
}

async function describeSchedules(
  { store, extras }: ReadContext,
  caller: Caller,
  rows: readonly ScheduleWithFlow[],
): Promise<readonly Schedule[]> {
  const ids = rows.map(({ schedule }) => schedule.id);
  const lastRuns =
    extras && ids.length > 0
      ? await listLastScheduleRuns(store.database, caller.organizationId, ids)
      : undefined;
  const mayRead = isScopeGrantedToCaller(caller, "RECORDS:READ");
  return rows.map(({ schedule, flowName }) => {
    const last = lastRuns?.get(schedule.id);
    return {
      id: schedule.id,
      name: schedule.name,
      enabled: schedule.enabled,
      triggerType: schedule.cron === null ? "one-time" : "recurring",
      cron: schedule.cron,
      timezone: schedule.timezone,
      runAt: schedule.runAt?.toISOString() ?? null,
      flowId: schedule.flowId,
      agentId: null,
      recordType: schedule.recordType,
      recordIds: schedule.recordIds,
      recordFilter: parse(schedule.recordFilter),
      inputs: parse(schedule.inputs) as JsonObject | null,
      messages: parse(schedule.messages) as JsonValue[] | null,
      executionOptions: (parse(schedule.executionOptions) as JsonObject | null) ?? {},
      productSurfaceId: null,
      lastRunAt: schedule.lastRunAt?.toISOString() ?? null,
      nextRunAt: schedule.nextRunAt?.toISOString() ?? null,
      organizationId: schedule.organizationId,
      userId: schedule.userId,
      createdAt: schedule.createdAt.toISOString(),
      updatedAt: schedule.updatedAt.toISOString(),
      ...(extras && {
        flowName,
        pauseReason: schedule.pauseReason,
        missingScopes: [...listMissingRunScopes(schedule.scopes, caller.scopes)],
        lastRunStatus: last?.status ?? null,
        lastRunError: mayRead ? (last?.error ?? null) : null,
      }),
    };
  });
}

function parse(text: string | null): JsonValue {
  return text === null ? null : (JSON.parse(text) as JsonValue);
}

function describeRun({ run, batch }: ScheduleRunWithBatch, caller: Caller, extras: boolean): ScheduleRun {
  const mayRead = isScopeGrantedToCaller(caller, "RECORDS:READ");
  const error = batch?.error ?? (mayRead ? batch?.firstError : null) ?? null;
  return {
    id: run.id,
    scheduleId: run.scheduleId,
    flowId: run.flowId,
    agentId: null,
    agentExecutionId: null,
    batchExecutionId: run.batchId,
    status:
      run.batchId === null
        ? "missed"
        : batch?.status === "scheduled"
          ? "queued"
          : (batch?.status ?? "completed"),
    totalRecords: batch?.totalRecords ?? null,
    processedRecords: batch?.processedRecords ?? null,
    failedRecords: batch?.failedRecords ?? null,
    error: run.missedCount === null ? error : describeMissed(run.missedCount),
    startedAt: batch?.startedAt?.toISOString() ?? null,
    completedAt: batch?.completedAt?.toISOString() ?? null,
    createdAt: run.createdAt.toISOString(),
    ...(extras && { dueAt: run.dueAt?.toISOString() ?? null, missedCount: run.missedCount }),
  };
}

function describeMissed(count: number): string {
  const shown = count > MAX_COUNTED_MISSED_TIMES ? `more than ${MAX_COUNTED_MISSED_TIMES}` : count;
  return count === 1
    ? "No server ran at this time, or within an hour after it."
    : `No server ran at ${shown} due times, or within an hour after each.`;
}

function readCursor(text: string | undefined) {
  if (!text) return undefined;
  const { at, id, offset } = decodeCursor(cursorSchema, text);
  return { createdAt: new Date(at), id, offset };
}
