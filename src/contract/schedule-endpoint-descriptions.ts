import type { scheduleEndpoints } from "./schedule-endpoints.ts";
import type { EndpointDescription } from "./endpoint-descriptions.ts";

export const scheduleEndpointDescriptions: Readonly<
  Record<keyof typeof scheduleEndpoints, EndpointDescription>
> = {
  listSchedules: {
    tag: "Schedules",
    description: "Lists schedules a page at a time, newest first. `search` matches any part of a name.",
  },
  createSchedule: {
    tag: "Schedules",
    description:
      "Creates a schedule of a saved flow: recurring, with `cron` (five fields, or six with a fixed second) and `timezone` (by default UTC), or one-time, with `runAt`. Each due time runs the version that is published then, on the records of `recordType` (those of `recordIds` or `recordFilter`), or once with `inputs`. Fields may also stand in `target` and `trigger`; contradictions are refused. The runs have the scopes that both the key that changed the schedule last and the key that published the version have.",
    headers: ["Idempotency-Key"],
  },
  getSchedule: { tag: "Schedules", description: "Returns a schedule with its last and next run." },
  updateSchedule: {
    tag: "Schedules",
    description:
      "Changes the fields that the request names. A new trigger replaces the next due time. The runs get the scopes of this key.",
  },
  deleteSchedule: { tag: "Schedules", description: "Deletes a schedule. Runs that it started go on." },
  pauseSchedule: {
    tag: "Schedules",
    description: "Pauses a schedule. Times that pass meanwhile are not due.",
  },
  resumeSchedule: {
    tag: "Schedules",
    description:
      "Resumes a paused schedule with its next time from now. After a publish by a key that lacks scopes of the schedule, needs them: the live version then runs with them.",
  },
  runScheduleNow: {
    tag: "Schedules",
    description:
      "Starts a run beside the due times, also of a paused schedule, with the scopes that both the schedule and the caller have. `status` is `queued`, or `failed` with the reason in `error`.",
    headers: ["Idempotency-Key"],
  },
  listScheduleRuns: {
    tag: "Schedules",
    description:
      "Lists the newest 100 runs of a schedule. `missed` stands for due times at which no server ran.",
  },
  listAllScheduleRuns: {
    tag: "Schedules",
    description: "Lists the runs of all schedules a page at a time, newest first.",
  },
  listScheduleRunResults: {
    tag: "Schedules",
    description: "Lists the records of a run with their outcomes, in their order.",
  },
  listScheduleBatchResults: {
    tag: "Schedules",
    description: "Lists the records of a batch that a schedule started, in their order.",
  },
  getScheduleStats: {
    tag: "Schedules",
    description: "Counts the ended runs of a schedule, with the average of their duration and known cost.",
  },
  listScheduleSparklines: {
    tag: "Schedules",
    description:
      "Counts the runs of up to 100 schedules (`ids`, comma-separated) for each of the last seven days.",
  },
};
