import { type RealApiEndpoint, RealApiError, anyValue } from "./endpoint.ts";
import { startBatch } from "./run-flow.ts";
import * as schemas from "./schedule-schemas.ts";
import { ORGANIZATION_ID, type RealApiState, USER_ID } from "./state.ts";

export interface StoredSchedule {
  readonly id: string;
  readonly createdAt: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly enabled: boolean;
  readonly updatedAt: number;
  readonly lastRunAt: number | null;
}

export interface StoredScheduleRun {
  readonly id: string;
  readonly scheduleId: string;
  readonly flowId: string;
  readonly batchId: string;
  readonly records: number;
  readonly createdAt: number;
}

const NO_FIELDS = {
  name: null,
  triggerType: "recurring",
  cron: null,
  timezone: null,
  runAt: null,
  flowId: null,
  recordType: null,
  recordIds: null,
  inputs: null,
  executionOptions: {},
};

/** Schedules never fire by themselves; `run-now` runs one. */
export const scheduleEndpoints: readonly RealApiEndpoint[] = [
  {
    method: "GET",
    path: "/v1/schedules/sparklines",
    query: anyValue("ids"),
    answers: { 200: schemas.sparklines },
    handle: (state, { query }) => ({
      data: (query.get("ids")?.split(",") ?? [...state.schedules.keys()]).map((id) => ({
        scheduleId: id,
        last7Days: answerDays(state.scheduleRuns.filter((run) => run.scheduleId === id)),
      })),
    }),
  },
  {
    method: "GET",
    path: "/v1/schedules/runs/all",
    query: { ...anyValue("limit cursor"), direction: ["next", "prev"] },
    answers: { 200: schemas.scheduleRunPage },
    handle: (state) => {
      const data = state.scheduleRuns.toReversed().map((run) => answerRun(state, run));
      return { data, pagination: answerPagination(data.length) };
    },
  },
  {
    method: "GET",
    path: "/v1/schedules/runs/:runId/results",
    query: anyValue("limit offset"),
    answers: { 200: schemas.scheduleRunResults },
  },
  {
    method: "GET",
    path: "/v1/schedules/batch/:batchId/results",
    query: anyValue("limit offset"),
    answers: { 200: schemas.scheduleRunResults },
  },
  {
    method: "GET",
    path: "/v1/schedules",
    query: { ...anyValue("limit cursor search"), status: ["active", "paused"] },
    answers: { 200: schemas.schedulePage },
    handle: (state, { query }) => {
      const search = query.get("search")?.toLowerCase() ?? "";
      const status = query.get("status");
      const found = [...state.schedules.values()]
        .toReversed()
        .filter(({ enabled }) => status === null || (status === "active") === enabled)
        .filter(({ fields }) =>
          JSON.stringify(fields["name"] ?? "")
            .toLowerCase()
            .includes(search),
        );
      const data = found.map((schedule) => answerSchedule(state, schedule));
      return { data, pagination: answerPagination(data.length) };
    },
  },
  {
    method: "POST",
    path: "/v1/schedules",
    body: schemas.scheduleBody,
    answers: { 200: schemas.createdSchedule },
    handle: (state, { body }) => {
      const now = state.now();
      const id = state.newId("schedule");
      const fields = { ...NO_FIELDS, ...flatten(body) };
      if (fields.flowId === null) throw new RealApiError(400, "A flow is required");
      state.getFlow(String(fields.flowId));
      const times = { createdAt: now, updatedAt: now, lastRunAt: null };
      state.schedules.set(id, { id, fields, enabled: isEnabled(body) ?? true, ...times });
      return { id, status: "created" };
    },
  },
  {
    method: "GET",
    path: "/v1/schedules/:id",
    answers: { 200: schemas.schedule },
    handle: (state, { params }) => answerSchedule(state, getSchedule(state, params)),
  },
  {
    method: "PUT",
    path: "/v1/schedules/:id",
    body: schemas.scheduleBody,
    answers: { 200: schemas.updatedSchedule },
    handle: (state, { params, body }) => {
      const { fields, enabled, id } = getSchedule(state, params);
      change(state, params, { fields: { ...fields, ...flatten(body) }, enabled: isEnabled(body) ?? enabled });
      return { id, status: "updated" };
    },
  },
  {
    method: "DELETE",
    path: "/v1/schedules/:id",
    answers: { 200: schemas.deletedSchedule },
    handle: (state, { params }) => ({ success: state.schedules.delete(getSchedule(state, params).id) }),
  },
  {
    method: "POST",
    path: "/v1/schedules/:id/pause",
    answers: { 200: schemas.pausedSchedule },
    handle: (state, { params }) => {
      change(state, params, { enabled: false });
      return { status: "paused" };
    },
  },
  {
    method: "POST",
    path: "/v1/schedules/:id/resume",
    answers: { 200: schemas.resumedSchedule },
    handle: (state, { params }) => {
      change(state, params, { enabled: true });
      return { status: "resumed" };
    },
  },
  {
    method: "POST",
    path: "/v1/schedules/:id/run-now",
    answers: { 200: schemas.startedRun },
    isRun: true,
    handle: (state, { params }) => {
      const { id, fields } = getSchedule(state, params);
      const { flowId, recordType } = fields;
      const records = [...state.records.values()].filter(({ type }) => type === recordType);
      const batch = startBatch(state, state.getFlow(String(flowId)), records, false);
      const now = state.now();
      const runId = state.newId("schedrun");
      const run = { id: runId, scheduleId: id, flowId: String(flowId), batchId: batch.id };
      state.scheduleRuns.push({ ...run, records: records.length, createdAt: now });
      change(state, params, { lastRunAt: now });
      return { batchExecutionId: batch.id, error: null, runId, status: "queued" };
    },
  },
  {
    method: "GET",
    path: "/v1/schedules/:id/runs",
    answers: { 200: schemas.scheduleRuns },
    handle: (state, { params }) => {
      const { id } = getSchedule(state, params);
      const runs = state.scheduleRuns.filter(({ scheduleId }) => scheduleId === id).toReversed();
      return { data: runs.map((run) => answerRun(state, run)) };
    },
  },
  { method: "GET", path: "/v1/schedules/:id/stats", answers: { 200: schemas.scheduleStats } },
];

type Params = Readonly<Record<string, string>>;

function getSchedule(state: RealApiState, params: Params): StoredSchedule {
  const found = state.schedules.get(params["id"] ?? "");
  if (!found) throw new RealApiError(404, "Schedule not found");
  return found;
}

function change(state: RealApiState, params: Params, changes: Partial<StoredSchedule>): void {
  const schedule = getSchedule(state, params);
  state.schedules.set(schedule.id, { ...schedule, ...changes, updatedAt: state.now() });
}

function isEnabled(body: unknown): boolean | undefined {
  return (body as { readonly enabled?: boolean }).enabled;
}

/** The fields of an answer that a body sets. */
function flatten(body: unknown) {
  const { target, trigger, enabled: _, ...rest } = body as Readonly<Record<string, object>>;
  const { type, ...times } = (trigger ?? {}) as { readonly type?: string };
  return { ...rest, ...target, ...times, ...(type !== undefined && { triggerType: type }) };
}

function answerSchedule(state: RealApiState, { id, fields, enabled, ...times }: StoredSchedule) {
  const { createdAt, updatedAt, lastRunAt } = times;
  const day = 24 * 60 * 60 * 1_000_000;
  return {
    ...fields,
    id,
    enabled,
    agentId: null,
    productSurfaceId: null,
    organizationId: ORGANIZATION_ID,
    userId: USER_ID,
    lastRunAt: state.timeOrNull(lastRunAt),
    nextRunAt: enabled ? state.time(createdAt + day) : null,
    createdAt: state.time(createdAt),
    updatedAt: state.time(updatedAt),
  };
}

function answerRun(
  state: RealApiState,
  { id, scheduleId, flowId, batchId, records, createdAt }: StoredScheduleRun,
) {
  return {
    id,
    scheduleId,
    flowId,
    agentId: null,
    agentExecutionId: null,
    batchExecutionId: batchId,
    status: "completed",
    totalRecords: records,
    processedRecords: records,
    failedRecords: 0,
    error: null,
    startedAt: state.time(createdAt),
    completedAt: state.time(createdAt),
    createdAt: state.time(createdAt),
  };
}

function answerDays(runs: readonly StoredScheduleRun[]) {
  const dates = Array.from({ length: 7 }, (_, index) =>
    new Date(Date.now() - (6 - index) * 24 * 60 * 60 * 1000).toISOString().slice(0, 10),
  );
  return dates.map((date, index) => ({ date, runs: index === 6 ? runs.length : 0, failed: 0 }));
}

const answerPagination = (count: number) => ({
  limit: Math.max(50, count),
  currentOffset: 0,
  hasMore: false,
  hasPrev: false,
  nextCursor: null,
  prevCursor: null,
});
