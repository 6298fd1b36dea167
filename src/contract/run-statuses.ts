export const STEP_RESULT_STATUSES = ["completed", "failed", "skipped", "running"] as const;
export type StepResultStatus = (typeof STEP_RESULT_STATUSES)[number];

export const BATCH_STATUSES = ["scheduled", "running", "completed", "failed", "cancelled"] as const;

export const RECORD_RUN_STATUSES = ["waiting", "running", "completed", "failed", "cancelled"] as const;
export type RecordRunStatus = (typeof RECORD_RUN_STATUSES)[number];

/** `person`: from the dashboard; `api`: by another program. */
export const RUN_START_CAUSES = ["person", "api", "retry", "schedule"] as const;
export type RunStartCause = (typeof RUN_START_CAUSES)[number];

/** Where a retry starts: at the first step, or with the outcomes of the steps before the failed one. */
export const RETRY_STARTS = ["start", "failedStep"] as const;
export type RetryFrom = (typeof RETRY_STARTS)[number];

/** `same`: the steps that ran; `current`: the saved draft. */
export const RETRY_VERSIONS = ["same", "current"] as const;
export type RetryVersion = (typeof RETRY_VERSIONS)[number];

/** Why the outcome of a finished step cannot be taken: its stored result is cut or masked, or the step has changed. */
export const RERUN_REASONS = ["cut", "redacted", "changed"] as const;
export type RerunReason = (typeof RERUN_REASONS)[number];

/** The groups of runs that a list can be narrowed to. `failed`: at least one record failed. */
export const RUN_OUTCOMES = ["active", "failed", "completed", "cancelled"] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

export const STEP_RESULT_SORTS = [
  "createdAt",
  "startedAt",
  "durationMs",
  "order",
  "status",
  "stepName",
] as const;
export type StepResultSortField = (typeof STEP_RESULT_SORTS)[number];

/** Missed due times in a row that are counted one by one. A greater count stands for “more than 500”. */
export const MAX_COUNTED_MISSED_TIMES = 500;
