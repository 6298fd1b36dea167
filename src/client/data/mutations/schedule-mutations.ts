import { mutationOptions } from "@tanstack/react-query";
import type { ScheduleBody } from "#contract/schedule.ts";
import { ApiError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import { callApiFeature } from "#client/data/queries/api-features.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { ABOUT_SCHEDULE, scheduleQueries } from "#client/data/queries/schedule-queries.ts";

const meta = { invalidates: [scheduleQueries.all()] };
const scopeOf = (id: string) => ({ id: `schedule:${id}` });

export const scheduleMutations = {
  create: () =>
    mutationOptions({
      mutationFn: (body: ScheduleBody, { client }) => {
        const idempotencyKey = createSortableId("create");
        const send = () => callEndpoint("createSchedule", { body, idempotencyKey });
        // A 404 may be about the flow.
        return callApiFeature(client, "schedules", send, ABOUT_SCHEDULE);
      },
      meta,
    }),

  /** Changes the given parts. */
  update: (id: string) =>
    mutationOptions({
      scope: scopeOf(id),
      mutationFn: (body: ScheduleBody, { client }) => {
        const send = () => callEndpoint("updateSchedule", { params: { id }, body });
        return callApiFeature(client, "schedules", send, ABOUT_SCHEDULE);
      },
      meta,
    }),

  setEnabled: (id: string) =>
    mutationOptions({
      mutationKey: ["enableSchedule", id],
      scope: scopeOf(id),
      mutationFn: (isEnabled: boolean, { client }) => {
        const name = isEnabled ? "resumeSchedule" : "pauseSchedule";
        return callApiFeature(
          client,
          "schedules",
          () => callEndpoint(name, { params: { id } }),
          ABOUT_SCHEDULE,
        );
      },
      meta,
    }),

  /** Not repeated without a response: each request may start a run. */
  runNow: (id: string) =>
    mutationOptions({
      mutationFn: (_: void, { client }) => {
        const request = { params: { id }, idempotencyKey: createSortableId("run") };
        return callApiFeature(
          client,
          "schedules",
          () => callEndpoint("runScheduleNow", request),
          ABOUT_SCHEDULE,
        );
      },
      meta: { invalidates: [scheduleQueries.all(), flowRunQueries.all()] },
    }),

  /** A schedule that no longer exists counts as deleted. */
  remove: () =>
    mutationOptions({
      mutationFn: async (id: string) => {
        await sendRemoval(id).catch((error: unknown) => {
          if (!(error instanceof ApiError && error.status === 404)) throw error;
        });
      },
      meta,
    }),
};

/** Starts the deletion synchronously, because the page is closing; the next page load reports the outcome. */
export function deleteScheduleOnPageExit(id: string): void {
  sendRemoval(id).catch(() => undefined);
}

const sendRemoval = (id: string) => callEndpoint("deleteSchedule", { params: { id }, keepalive: true });
