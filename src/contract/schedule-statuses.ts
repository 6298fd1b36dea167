export const SCHEDULE_TRIGGER_TYPES = ["recurring", "one-time"] as const;
export type ScheduleTriggerType = (typeof SCHEDULE_TRIGGER_TYPES)[number];

/** `missed`: no server ran at the due time, or within an hour after it. */
export const SCHEDULE_RUN_STATUSES = [
  "queued",
  "running",
  "completed",
  "failed",
  "cancelled",
  "missed",
] as const;
export type ScheduleRunStatus = (typeof SCHEDULE_RUN_STATUSES)[number];
