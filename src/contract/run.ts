import * as z from "zod/mini";
import { jsonObject, jsonValue, timestamp } from "./json.ts";
import { RECORD_LIMITS } from "./record.ts";

/** Records that a run takes on within its request; more become a batch in the background. */
export const IMMEDIATE_RECORDS = 10;

/** Bytes of a step's output that are kept whole; longer ones are cut. */
export const OUTPUT_LIMIT = 1024 * 1024;

export const STEP_STATUSES = ["completed", "failed", "skipped", "running"] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export const BATCH_STATUSES = ["scheduled", "running", "completed", "failed", "cancelled"] as const;

/** Where one record of a batch stands; `waiting` ones that a cancel came before end as `cancelled`. */
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
export type StepResultSort = (typeof STEP_RESULT_SORTS)[number];

const wholeNumberText = z.string().check(z.regex(/^-?\d+$/, "a whole number"));
const id = z.nullable(z.string());
const time = z.nullable(timestamp);
const count = z.optional(z.nullable(z.number()));

/** What one step did in one execution. `output` is an extra: the whole of it, where it is asked for by id. */
export const stepResult = z.looseObject({
  id: z.string(),
  userId: z.string(),
  organizationId: id,
  batchExecutionId: id,
  executionSessionId: id,
  flowId: id,
  flowVersionId: id,
  recordId: id,
  recordName: id,
  stepId: id,
  stepName: z.string(),
  stepType: z.string(),
  status: z.string(),
  order: z.nullable(z.number()),
  durationMs: z.nullable(z.number()),
  outputPreview: id,
  startedAt: time,
  completedAt: time,
  createdAt: timestamp,
  recordMetadata: z.optional(jsonValue),
  stepConfig: z.optional(jsonValue),
  inputVariables: z.optional(jsonValue),
  resolvedPrompt: z.optional(id),
  modelUsed: z.optional(id),
  errorMessage: z.optional(id),
  promptTokens: count,
  completionTokens: count,
  totalTokens: count,
  retryCount: count,
  /** Decimal text, only where the provider says it. */
  estimatedCost: z.optional(id),
  /** Extras of this project's server. */
  skipReason: z.optional(id),
  unresolvedVariables: z.optional(z.array(z.string())),
  depth: z.optional(z.number()),
});

export const listStepResultsQuery = z.object({
  recordId: z.optional(z.string()),
  batchId: z.optional(z.string()),
  status: z.optional(z.enum(STEP_STATUSES)),
  stepId: z.optional(z.string()),
  from: z.optional(z.string()),
  to: z.optional(z.string()),
  sortBy: z.optional(z.enum(STEP_RESULT_SORTS)),
  sortOrder: z.optional(z.enum(["asc", "desc"])),
  limit: z.optional(wholeNumberText),
  offset: z.optional(wholeNumberText),
  /** An extra: those of one execution. */
  executionId: z.optional(z.string()),
});

/** The same by record: `flowId` in place of `recordId`. */
export const listRecordStepResultsQuery = z.object({
  flowId: z.optional(z.string()),
  batchId: z.optional(z.string()),
  status: z.optional(z.enum(STEP_STATUSES)),
  from: z.optional(z.string()),
  to: z.optional(z.string()),
  sortBy: z.optional(z.enum(STEP_RESULT_SORTS)),
  sortOrder: z.optional(z.enum(["asc", "desc"])),
  limit: z.optional(wholeNumberText),
  offset: z.optional(wholeNumberText),
});

export const stepResultPage = z.looseObject({
  data: z.array(stepResult),
  pagination: z.looseObject({
    limit: z.number(),
    offset: z.number(),
    returned: z.number(),
    hasMore: z.boolean(),
  }),
});

/** The steps that one record went through in a batch, in the order they ran. */
export const recordSteps = z.looseObject({ data: z.array(stepResult) });

/** An extra: one step's output as it was kept, whole up to {@link OUTPUT_LIMIT}. */
export const stepOutput = z.looseObject({
  id: z.string(),
  output: z.optional(jsonValue),
  /** True where only the beginning was kept, as text. */
  truncated: z.boolean(),
});

export const runOnRecordTypeBody = z.looseObject({
  recordType: z.string().check(z.minLength(1), z.maxLength(RECORD_LIMITS.type)),
});

/** 200: at most {@link IMMEDIATE_RECORDS} records, run before the answer. `executionTime` is in seconds. */
export const immediateRun = z.looseObject({
  success: z.boolean(),
  status: z.string(),
  executedImmediately: z.boolean(),
  batchId: z.string(),
  flowId: z.string(),
  recordType: z.string(),
  recordCount: z.number(),
  successCount: z.number(),
  failureCount: z.number(),
  completedAt: timestamp,
  results: z.array(
    z.looseObject({
      recordId: z.string(),
      recordName: id,
      success: z.boolean(),
      executionId: z.optional(z.string()),
      executionTime: z.optional(z.number()),
      contextSteps: z.optional(z.number()),
      promptsExecuted: z.optional(z.number()),
      error: z.optional(z.string()),
    }),
  ),
});

/** 202: a batch that runs in the background. */
export const scheduledRun = z.looseObject({
  success: z.boolean(),
  status: z.string(),
  batchId: z.string(),
  flowId: z.string(),
  recordType: z.string(),
  recordCount: z.number(),
  message: z.string(),
  scheduledAt: timestamp,
  records: z.array(z.looseObject({ id: z.string(), name: id, type: z.string() })),
});

const batchOptions = z.looseObject({
  /** How often a failed record is tried again by itself, 0 to 5. */
  maxRetries: z.optional(z.int().check(z.minimum(0), z.maximum(5))),
  /** Records at the same time, 1 to 20. */
  recordConcurrency: z.optional(z.int().check(z.minimum(1), z.maximum(20))),
});

export const startBatchBody = z.looseObject({
  flowId: z.string().check(z.minLength(1)),
  recordIds: z.array(z.string()).check(z.minLength(1), z.maxLength(100_000)),
  options: z.optional(batchOptions),
});

export const startedBatch = z.looseObject({ batchExecutionId: z.string(), status: z.string() });

/** `progress` is the share that is done, 0 to 100. Extras: flow name, record type, when it was asked for, cancelled ones. */
export const batchState = z.looseObject({
  batchExecutionId: z.string(),
  flowId: id,
  status: z.string(),
  totalRecords: z.number(),
  processedRecords: z.number(),
  failedRecords: z.number(),
  startedAt: time,
  completedAt: z.optional(time),
  progress: z.optional(z.number()),
  successCount: z.optional(z.number()),
  flowName: z.optional(z.string()),
  flowVersionId: z.optional(id),
  recordType: z.optional(id),
  createdAt: z.optional(timestamp),
  cancelledRecords: z.optional(z.number()),
  error: z.optional(id),
});

export const cancelledBatch = z.looseObject({ success: z.boolean(), message: z.string() });

const batchRow = z.looseObject({
  id: z.string(),
  flowName: z.string(),
  status: z.string(),
  progress: z.number(),
  totalRecords: z.number(),
  processedRecords: z.number(),
  failedRecords: z.number(),
  startedAt: time,
});

export const batchSummary = z.looseObject({
  activeBatches: z.number(),
  recentlyCompleted: z.number(),
  batches: z.array(batchRow),
  recent: z.array(batchRow),
});

export const batchCost = z.looseObject({ totalCostUsd: z.number() });

/** An extra of this project's server: the batches of one flow, newest first. */
export const listBatchesQuery = z.object({
  flowId: z.string().check(z.minLength(1)),
  limit: z.optional(wholeNumberText),
  cursor: z.optional(z.string()),
});

const cursorPage = z.looseObject({
  limit: z.number(),
  hasMore: z.boolean(),
  nextCursor: z.nullable(z.string()),
});

export const batchPage = z.looseObject({ data: z.array(batchState), pagination: cursorPage });

/** An extra: the records of a batch in their order, with what became of each. */
export const listBatchRecordsQuery = z.object({
  status: z.optional(z.enum(RECORD_RUN_STATUSES)),
  limit: z.optional(wholeNumberText),
  cursor: z.optional(z.string()),
});

export const batchRecord = z.looseObject({
  recordId: z.string(),
  recordName: id,
  position: z.number(),
  status: z.string(),
  executionId: id,
  attempts: z.number(),
  startedAt: time,
  completedAt: time,
  durationMs: z.nullable(z.number()),
  errorMessage: id,
  outputPreview: id,
  totalTokens: z.nullable(z.number()),
  estimatedCost: id,
});

export const batchRecordPage = z.looseObject({ data: z.array(batchRecord), pagination: cursorPage });

/** An extra: how each step of a flow ended when it last ran, by step id, and what its output looked like. */
export const lastStepRuns = z.looseObject({
  data: z.array(
    z.looseObject({
      stepId: z.string(),
      status: z.string(),
      completedAt: time,
      durationMs: z.nullable(z.number()),
      executionId: id,
      batchId: id,
      recordId: id,
      outputVariable: z.optional(id),
      /** The output's form: names and types, no values. */
      shape: z.optional(jsonObject),
    }),
  ),
});

export type StepResult = z.infer<typeof stepResult>;
export type ListStepResultsQuery = z.infer<typeof listStepResultsQuery>;
export type BatchState = z.infer<typeof batchState>;
export type BatchRecord = z.infer<typeof batchRecord>;
export type ImmediateRun = z.infer<typeof immediateRun>;
export type ScheduledRun = z.infer<typeof scheduledRun>;
export type StartBatchBody = z.infer<typeof startBatchBody>;
