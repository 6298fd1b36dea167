export const STEP_RESULT_STATUSES = ["completed", "failed", "skipped", "running"] as const;
export type StepResultStatus = (typeof STEP_RESULT_STATUSES)[number];

export const BATCH_STATUSES = ["scheduled", "running", "completed", "failed", "cancelled"] as const;

export const RECORD_RUN_STATUSES = ["waiting", "running", "completed", "failed", "cancelled"] as const;
export type RecordRunStatus = (typeof RECORD_RUN_STATUSES)[number];

export const STEP_RESULT_SORTS = [
  "createdAt",
  "startedAt",
  "durationMs",
  "order",
  "status",
  "stepName",
] as const;
export type StepResultSortField = (typeof STEP_RESULT_SORTS)[number];
