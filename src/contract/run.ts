import * as z from "zod/mini";
import { jsonValueSchema, timestampSchema } from "./json.ts";
import { createFlowBodySchema } from "./flow.ts";
import { RECORD_LIMITS, createRecordBodySchema } from "./record.ts";
import {
  RECORD_RUN_STATUSES,
  RUN_OUTCOMES,
  RUN_START_CAUSES,
  STEP_RESULT_SORTS,
  STEP_RESULT_STATUSES,
} from "./run-statuses.ts";

/** Up to this many records run before the response is sent; more records run as a background batch. */
export const MAX_IMMEDIATELY_RUN_RECORDS = 10;

/** Maximum size of a stored output in bytes; longer outputs are truncated. */
export const MAX_STORED_STEP_OUTPUT_BYTES = 1024 * 1024;

const wholeNumberText = z.string().check(z.regex(/^-?\d+$/, "a whole number"));
const nullableText = z.nullable(z.string());
const nullableTime = z.nullable(timestampSchema);
const optionalCount = z.optional(z.nullable(z.number()));

export const stepResultSchema = z.looseObject({
  id: z.string(),
  userId: z.string(),
  organizationId: nullableText,
  batchExecutionId: nullableText,
  executionSessionId: nullableText,
  flowId: nullableText,
  flowVersionId: nullableText,
  recordId: nullableText,
  recordName: nullableText,
  stepId: nullableText,
  stepName: z.string(),
  stepType: z.string(),
  status: z.string(),
  order: z.nullable(z.number()),
  durationMs: z.nullable(z.number()),
  outputPreview: nullableText,
  startedAt: nullableTime,
  completedAt: nullableTime,
  createdAt: timestampSchema,
  recordMetadata: z.optional(jsonValueSchema),
  stepConfig: z.optional(jsonValueSchema),
  inputVariables: z.optional(jsonValueSchema),
  resolvedPrompt: z.optional(nullableText),
  modelUsed: z.optional(nullableText),
  errorMessage: z.optional(nullableText),
  promptTokens: optionalCount,
  completionTokens: optionalCount,
  totalTokens: optionalCount,
  retryCount: optionalCount,
  estimatedCost: z.optional(nullableText),
  skipReason: z.optional(nullableText),
  unresolvedVariables: z.optional(z.array(z.string())),
  depth: z.optional(z.number()),
});

export const listStepResultsQuerySchema = z.object({
  recordId: z.optional(z.string()),
  batchId: z.optional(z.string()),
  status: z.optional(z.enum(STEP_RESULT_STATUSES)),
  stepId: z.optional(z.string()),
  from: z.optional(z.string()),
  to: z.optional(z.string()),
  sortBy: z.optional(z.enum(STEP_RESULT_SORTS)),
  sortOrder: z.optional(z.enum(["asc", "desc"])),
  limit: z.optional(wholeNumberText),
  offset: z.optional(wholeNumberText),
  executionId: z.optional(z.string()),
  cursor: z.optional(z.string()),
});

export const recordStepResultsQuerySchema = z.object({
  flowId: z.optional(z.string()),
  batchId: z.optional(z.string()),
  status: z.optional(z.enum(STEP_RESULT_STATUSES)),
  from: z.optional(z.string()),
  to: z.optional(z.string()),
  sortBy: z.optional(z.enum(STEP_RESULT_SORTS)),
  sortOrder: z.optional(z.enum(["asc", "desc"])),
  limit: z.optional(wholeNumberText),
  offset: z.optional(wholeNumberText),
});

export const stepResultPageSchema = z.looseObject({
  data: z.array(stepResultSchema),
  pagination: z.looseObject({
    limit: z.number(),
    offset: z.number(),
    returned: z.number(),
    hasMore: z.boolean(),
    /** Continues a list in the order of creation; an extension of the documented API. */
    nextCursor: z.optional(z.nullable(z.string())),
  }),
});

export const stepResultsOfRecordSchema = z.looseObject({ data: z.array(stepResultSchema) });

export const stepOutputSchema = z.looseObject({
  id: z.string(),
  output: z.optional(jsonValueSchema),
  /** Whether only the beginning of the output was stored, as text. */
  truncated: z.boolean(),
});

export const runOnRecordTypeBodySchema = z.looseObject({
  recordType: z.string().check(z.minLength(1), z.maxLength(RECORD_LIMITS.type)),
});

/** Response with status 200: at most {@link MAX_IMMEDIATELY_RUN_RECORDS} records, all finished. `executionTime` is in seconds. */
export const immediateRunResponseSchema = z.looseObject({
  success: z.boolean(),
  status: z.string(),
  executedImmediately: z.boolean(),
  batchId: z.string(),
  flowId: z.string(),
  recordType: z.string(),
  recordCount: z.number(),
  successCount: z.number(),
  failureCount: z.number(),
  completedAt: timestampSchema,
  results: z.array(
    z.looseObject({
      recordId: z.string(),
      recordName: nullableText,
      success: z.boolean(),
      executionId: z.optional(z.string()),
      executionTime: z.optional(z.number()),
      contextSteps: z.optional(z.number()),
      promptsExecuted: z.optional(z.number()),
      error: z.optional(z.string()),
    }),
  ),
});

export const scheduledRunResponseSchema = z.looseObject({
  success: z.boolean(),
  status: z.string(),
  batchId: z.string(),
  flowId: z.string(),
  recordType: z.string(),
  recordCount: z.number(),
  message: z.string(),
  scheduledAt: timestampSchema,
  records: z.array(z.looseObject({ id: z.string(), name: nullableText, type: z.string() })),
});

/** Records of a batch that run at the same time. */
export const MAX_RECORD_CONCURRENCY = 50;

const batchOptions = z.looseObject({
  maxRetries: z.optional(z.int().check(z.minimum(0), z.maximum(5))),
  recordConcurrency: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_RECORD_CONCURRENCY))),
});

/** A stored record, identified by `id`, or a record that exists only in the batch. */
const recordOfBatch = z.looseObject({
  id: z.optional(z.string().check(z.minLength(1))),
  name: z.optional(createRecordBodySchema.shape.name),
  type: z.optional(createRecordBodySchema.shape.type),
  metadata: createRecordBodySchema.shape.metadata,
  messages: createRecordBodySchema.shape.messages,
});

const { name, description, steps, flowSteps } = createFlowBodySchema.shape;

/** Exactly one of `flowId` and `flowDefinition`, and of `recordIds` and `records`, is required. */
export const startBatchBodySchema = z.looseObject({
  flowId: z.optional(z.string().check(z.minLength(1))),
  flowDefinition: z.optional(z.looseObject({ name, description, steps, flowSteps })),
  agentId: z.optional(z.string()),
  recordIds: z.optional(z.array(z.string()).check(z.minLength(1), z.maxLength(100_000))),
  records: z.optional(z.array(recordOfBatch).check(z.minLength(1), z.maxLength(100_000))),
  options: z.optional(batchOptions),
});

export const startBatchResponseSchema = z.looseObject({
  batchExecutionId: z.string(),
  status: z.string(),
  warnings: z.optional(
    z.array(z.looseObject({ code: z.string(), message: z.string(), path: z.optional(z.string()) })),
  ),
});

/** `progress` is a percentage. What follows `successCount` is an addition. */
export const batchStateSchema = z.looseObject({
  batchExecutionId: z.string(),
  flowId: nullableText,
  status: z.string(),
  totalRecords: z.number(),
  processedRecords: z.number(),
  failedRecords: z.number(),
  startedAt: nullableTime,
  completedAt: z.optional(nullableTime),
  progress: z.optional(z.number()),
  successCount: z.optional(z.number()),
  flowName: z.optional(z.string()),
  /** Such as “topic: news”; of a single run without a record. */
  inputsSummary: z.optional(z.string()),
  /** Number of the version that ran, and whether it was the saved draft. */
  versionNumber: z.optional(z.number()),
  isDraft: z.optional(z.boolean()),
  /** The results of steps were deleted with the flow. Also set for a run of steps that no flow has. */
  isFlowDeleted: z.optional(z.boolean()),
  flowVersionId: z.optional(nullableText),
  recordType: z.optional(nullableText),
  createdAt: z.optional(timestampSchema),
  cancelledRecords: z.optional(z.number()),
  error: z.optional(nullableText),
  /** One execution without a batch, by a dispatch. */
  isSingle: z.optional(z.boolean()),
  recordName: z.optional(nullableText),
  startCause: z.optional(nullableText),
  keyName: z.optional(nullableText),
  /** The run that this one repeats. */
  retryOf: z.optional(nullableText),
  scheduleId: z.optional(nullableText),
  /** The newest runs that repeat this one; absent if there are none. */
  retries: z.optional(z.array(z.looseObject({ batchExecutionId: z.string(), status: z.string() }))),
  totalTokens: z.optional(z.nullable(z.number())),
  estimatedCost: z.optional(nullableText),
  firstError: z.optional(nullableText),
});

export const cancelBatchResponseSchema = z.looseObject({ success: z.boolean(), message: z.string() });

const batchRow = z.looseObject({
  id: z.string(),
  flowName: z.string(),
  status: z.string(),
  progress: z.number(),
  totalRecords: z.number(),
  processedRecords: z.number(),
  failedRecords: z.number(),
  startedAt: nullableTime,
});

export const batchSummarySchema = z.looseObject({
  activeBatches: z.number(),
  recentlyCompleted: z.number(),
  batches: z.array(batchRow),
  recent: z.array(batchRow),
});

export const batchCostSchema = z.looseObject({ batchExecutionId: z.string(), totalCostUsd: z.number() });

export const batchRecordCostSchema = z.looseObject({
  batchExecutionId: z.string(),
  recordId: z.string(),
  totalCostUsd: z.number(),
});

/** Without `flowId`, of all flows, or of those with the tag. `from` and `to` limit the time of the start. */
export const listBatchesQuerySchema = z.object({
  flowId: z.optional(z.string()),
  tag: z.optional(z.string()),
  outcome: z.optional(z.enum(RUN_OUTCOMES)),
  startCause: z.optional(z.enum(RUN_START_CAUSES)),
  from: z.optional(z.string()),
  to: z.optional(z.string()),
  limit: z.optional(wholeNumberText),
  cursor: z.optional(z.string()),
});

const cursorPage = z.looseObject({
  limit: z.number(),
  hasMore: z.boolean(),
  nextCursor: z.nullable(z.string()),
});

export const batchPageSchema = z.looseObject({
  data: z.array(batchStateSchema),
  pagination: cursorPage,
  /** Whether older batches are missing, because the server reads the recent batches of another API. */
  isRecentOnly: z.optional(z.boolean()),
});

/** For batches that a connected API holds only in its step results; otherwise ignored. */
export const flowOfBatchQuerySchema = z.object({ flowId: z.optional(z.string()) });

export const listBatchRecordsQuerySchema = z.object({
  ...flowOfBatchQuerySchema.shape,
  status: z.optional(z.enum(RECORD_RUN_STATUSES)),
  limit: z.optional(wholeNumberText),
  cursor: z.optional(z.string()),
});

export const batchRecordSchema = z.looseObject({
  recordId: z.string(),
  recordName: nullableText,
  position: z.number(),
  status: z.string(),
  executionId: nullableText,
  attempts: z.number(),
  /** Whether the record came with the request and is not stored on its own. */
  isInline: z.optional(z.boolean()),
  startedAt: nullableTime,
  completedAt: nullableTime,
  durationMs: z.nullable(z.number()),
  errorMessage: nullableText,
  outputPreview: nullableText,
  totalTokens: z.nullable(z.number()),
  estimatedCost: nullableText,
  /** Id of the step result that the row describes: a connected API lists a record once for each of its steps. */
  partId: z.optional(z.string()),
});

export const batchRecordPageSchema = z.looseObject({
  data: z.array(batchRecordSchema),
  pagination: cursorPage,
});

export type StepResult = z.infer<typeof stepResultSchema>;
export type ListBatchesQuery = z.infer<typeof listBatchesQuerySchema>;
export type ListBatchRecordsQuery = z.infer<typeof listBatchRecordsQuerySchema>;
export type ListStepResultsQuery = z.infer<typeof listStepResultsQuerySchema>;
export type BatchState = z.infer<typeof batchStateSchema>;
export type BatchRecord = z.infer<typeof batchRecordSchema>;
export type ImmediateRun = z.infer<typeof immediateRunResponseSchema>;
export type ScheduledRun = z.infer<typeof scheduledRunResponseSchema>;
/** A part of a request that has no effect on this server. */
export type BatchWarning = NonNullable<z.infer<typeof startBatchResponseSchema>["warnings"]>[number];
export type StartBatchBody = z.infer<typeof startBatchBodySchema>;
