import type { scheduleEndpoints } from "#contract/schedule-endpoints.ts";
import {
  type ScheduleWrite,
  changeSchedule,
  createSchedule,
  deleteSchedule,
  describeStartedRun,
  pauseSchedule,
  resumeSchedule,
  runScheduleNow,
} from "#server/schedules/change-schedules.ts";
import {
  listAllScheduleRuns,
  listScheduleBatchResults,
  listScheduleRunResults,
  listScheduleRuns,
  listSchedules,
  listSparklines,
  readSchedule,
  readScheduleStats,
} from "#server/schedules/read-schedules.ts";
import type { BatchRow } from "#server/store/batch-rows.ts";
import type { Scheduler } from "#server/schedules/scheduler.ts";
import type { EndpointHandlers, EndpointRequest } from "./endpoint-handlers.ts";
import { getRunOrigin, isRequestOfPage } from "./identify-caller.ts";
import { runOncePerIdempotencyKey } from "./once-per-idempotency-key.ts";

export function createScheduleRoutes(scheduler: Scheduler): EndpointHandlers<keyof typeof scheduleEndpoints> {
  const { context } = scheduler.service;
  const write = async <T>({ caller }: EndpointRequest, work: (write: ScheduleWrite) => Promise<T>) => {
    await scheduler.open();
    return context.store.write(async (tx, publish) => {
      const result = await work({ tx, publish, caller });
      publish({ organizationId: caller.organizationId, event: "schedules.changed", data: "{}" });
      return result;
    });
  };
  const writeOnce = (
    operation: string,
    call: EndpointRequest,
    work: (write: ScheduleWrite) => Promise<object>,
  ) => {
    const extras = context.extras || isRequestOfPage(call.request);
    return write(call, (scheduleWrite) =>
      runOncePerIdempotencyKey(
        { context: { ...context, extras }, tx: scheduleWrite.tx, operation },
        call,
        async () => ({
          status: 200,
          body: JSON.stringify(await work(scheduleWrite)),
        }),
      ),
    );
  };
  return {
    // Mounted in this order: the path of a schedule would match this one.
    listScheduleSparklines: async ({ caller, query }) => ({
      status: 200,
      value: await listSparklines(context, caller, query.ids),
    }),

    listSchedules: async ({ caller, query }) => ({
      status: 200,
      body: await listSchedules(context, caller, query),
    }),

    createSchedule: (call) =>
      writeOnce("POST /v1/schedules", call, async (scheduleWrite) => ({
        id: await createSchedule(scheduler, scheduleWrite, call.body),
        status: "created",
      })),

    getSchedule: async ({ caller, params }) => ({
      status: 200,
      value: await readSchedule(context, caller, params.id),
    }),

    updateSchedule: async (call) => {
      const { id } = call.params;
      await write(call, (scheduleWrite) => changeSchedule(scheduler, scheduleWrite, id, call.body));
      return { status: 200, value: { id, status: "updated" } };
    },

    deleteSchedule: async (call) => {
      await write(call, (scheduleWrite) => deleteSchedule(scheduleWrite, call.params.id));
      return { status: 200, value: { success: true } };
    },

    pauseSchedule: async (call) => {
      await write(call, (scheduleWrite) => pauseSchedule(scheduler, scheduleWrite, call.params.id));
      return { status: 200, value: { status: "paused" } };
    },

    resumeSchedule: async (call) => {
      await write(call, (scheduleWrite) => resumeSchedule(scheduler, scheduleWrite, call.params.id));
      return { status: 200, value: { status: "resumed" } };
    },

    runScheduleNow: async (call) => {
      const { id } = call.params;
      const { startCause } = getRunOrigin(call.request);
      let batch: BatchRow | undefined;
      const answer = await writeOnce(`run schedule ${id}`, call, async (scheduleWrite) => {
        const started = await runScheduleNow(scheduler, scheduleWrite, id, startCause);
        batch = started.batch;
        return describeStartedRun(started);
      });
      if (batch) scheduler.runStartedBatch(batch);
      return answer;
    },

    listScheduleRuns: async ({ caller, params }) => ({
      status: 200,
      value: await listScheduleRuns(context, caller, params.id),
    }),

    listAllScheduleRuns: async ({ caller, query }) => ({
      status: 200,
      body: await listAllScheduleRuns(context, caller, query),
    }),

    listScheduleRunResults: async ({ caller, params, query }) => ({
      status: 200,
      value: await listScheduleRunResults(context, caller, params.runId, query),
    }),

    listScheduleBatchResults: async ({ caller, params, query }) => ({
      status: 200,
      value: await listScheduleBatchResults(context, caller, params.batchId, query),
    }),

    getScheduleStats: async ({ caller, params }) => ({
      status: 200,
      value: await readScheduleStats(context, caller, params.id),
    }),
  };
}
