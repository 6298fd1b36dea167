import * as z from "zod/mini";
import { integer, jsonObject, nullableText, timestamp, writtenStep } from "./flow-schemas.ts";

const nullableInteger = z.nullable(integer);
const nullableTime = z.nullable(timestamp);

const stepResult = z.strictObject({
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
  order: nullableInteger,
  durationMs: nullableInteger,
  outputPreview: nullableText,
  startedAt: nullableTime,
  completedAt: nullableTime,
  createdAt: timestamp,
  recordMetadata: z.optional(z.unknown()),
  stepConfig: z.optional(z.unknown()),
  inputVariables: z.optional(z.unknown()),
  resolvedPrompt: z.optional(nullableText),
  modelUsed: z.optional(nullableText),
  errorMessage: z.optional(nullableText),
  promptTokens: z.optional(nullableInteger),
  completionTokens: z.optional(nullableInteger),
  totalTokens: z.optional(nullableInteger),
  retryCount: z.optional(nullableInteger),
  estimatedCost: z.optional(nullableText),
});

export type StepResult = z.infer<typeof stepResult>;

export const stepResultPage = z.strictObject({
  data: z.array(stepResult),
  pagination: z.strictObject({ limit: integer, offset: integer, returned: integer, hasMore: z.boolean() }),
});

export const stepResultsOfRecord = z.strictObject({ data: z.array(stepResult) });

export const runOnRecordTypeBody = z.strictObject({ recordType: z.string().check(z.minLength(1)) });

export const immediateRun = z.strictObject({
  success: z.boolean(),
  status: z.literal("completed"),
  executedImmediately: z.boolean(),
  batchId: z.string(),
  flowId: z.string(),
  recordType: z.string(),
  recordCount: integer,
  successCount: integer,
  failureCount: integer,
  completedAt: timestamp,
  results: z.array(
    z.strictObject({
      recordId: z.string(),
      recordName: nullableText,
      success: z.boolean(),
      executionId: z.optional(z.string()),
      executionTime: z.optional(z.number()),
      contextSteps: z.optional(integer),
      promptsExecuted: z.optional(integer),
      error: z.optional(z.string()),
    }),
  ),
});

export const scheduledRun = z.strictObject({
  success: z.boolean(),
  status: z.literal("scheduled"),
  batchId: z.string(),
  flowId: z.string(),
  recordType: z.string(),
  recordCount: integer,
  message: z.string(),
  scheduledAt: timestamp,
  records: z.array(z.strictObject({ id: z.string(), name: nullableText, type: z.string() })),
});

const inlineRecord = z.strictObject({
  id: z.optional(z.string()),
  name: z.optional(z.string()),
  type: z.optional(z.string()),
  metadata: z.optional(jsonObject),
});

const inlineFlow = z.strictObject({
  id: z.optional(z.string()),
  name: z.optional(z.string()),
  description: z.optional(nullableText),
  steps: z.optional(z.array(writtenStep)),
});

export const startBatchBody = z
  .strictObject({
    flowId: z.optional(z.string()),
    flowDefinition: z.optional(inlineFlow),
    agentId: z.optional(z.string()),
    recordIds: z.optional(z.array(z.string()).check(z.minLength(1))),
    records: z.optional(z.array(inlineRecord).check(z.minLength(1))),
    options: z.optional(jsonObject),
  })
  .check(
    z.refine(
      (body) => body.flowId !== undefined || body.flowDefinition !== undefined || body.agentId !== undefined,
      "flowId, flowDefinition or agentId is required",
    ),
    z.refine(
      (body) => body.recordIds !== undefined || body.records !== undefined,
      "recordIds or records is required",
    ),
  );

export const startedBatch = z.strictObject({ batchExecutionId: z.string(), status: z.string() });

export const batchStatus = z.strictObject({
  batchExecutionId: z.string(),
  flowId: z.string(),
  status: z.string(),
  totalRecords: integer,
  processedRecords: integer,
  failedRecords: integer,
  startedAt: timestamp,
  completedAt: z.optional(timestamp),
  progress: z.optional(integer),
  successCount: z.optional(integer),
  results: z.optional(z.array(z.unknown())),
});

const batchRow = z.strictObject({
  id: z.string(),
  flowName: z.string(),
  status: z.string(),
  progress: integer,
  totalRecords: integer,
  processedRecords: integer,
  failedRecords: integer,
  startedAt: timestamp,
});

export const batchSummary = z.strictObject({
  activeBatches: integer,
  recentlyCompleted: integer,
  batches: z.array(batchRow),
  recent: z.array(batchRow),
});

export const cancelledBatch = z.strictObject({ success: z.boolean(), message: z.string() });
export const batchCost = z.strictObject({ batchExecutionId: z.string(), totalCostUsd: z.number() });
export const batchRecordCost = z.strictObject({
  batchExecutionId: z.string(),
  recordId: z.string(),
  totalCostUsd: z.number(),
});

export const dispatchBody = z.strictObject({
  flow: z.optional(inlineFlow),
  agent: z.optional(jsonObject),
  record: z.optional(inlineRecord),
  messages: z.optional(
    z.array(
      z.looseObject({
        role: z.enum(["system", "user", "assistant"]),
        content: z.union([z.string(), z.array(z.unknown())]),
      }),
    ),
  ),
  inputs: z.optional(jsonObject),
  secrets: z.optional(z.record(z.string(), z.string())),
  clientTools: z.optional(z.array(z.unknown())),
  options: z.optional(
    z.strictObject({
      streamResponse: z.optional(z.boolean()),
      flowMode: z.optional(z.enum(["existing", "create", "virtual", "upsert"])),
      recordMode: z.optional(z.enum(["existing", "create", "virtual"])),
      storeResults: z.optional(z.boolean()),
      autoAppendMetadata: z.optional(z.boolean()),
      debugMode: z.optional(z.boolean()),
      modelOverride: z.optional(z.string()),
      createVersion: z.optional(z.boolean()),
      versionType: z.optional(z.string()),
      versionLabel: z.optional(z.string()),
      versionNotes: z.optional(z.string()),
      flowVersionId: z.optional(z.string()),
      upsertOptions: z.optional(jsonObject),
    }),
  ),
});

/** The form of an answer without a stream is not documented. */
export const dispatchResult = z.looseObject({ success: z.boolean(), executionId: z.string() });

const eventBase = { type: z.string(), executionId: z.string(), seq: integer };
const stepEvent = { ...eventBase, id: z.string() };

/** Required fields of the events of a run. */
export const streamedEvents: Readonly<Record<string, z.core.$ZodType>> = {
  execution_start: z.looseObject({ ...eventBase, kind: z.literal("flow"), startedAt: timestamp }),
  step_start: z.looseObject(stepEvent),
  text_start: z.looseObject(stepEvent),
  text_delta: z.looseObject({ ...stepEvent, delta: z.string() }),
  text_complete: z.looseObject(stepEvent),
  step_complete: z.looseObject(stepEvent),
  step_skip: z.looseObject(stepEvent),
  execution_complete: z.looseObject({ ...eventBase, kind: z.literal("flow"), success: z.boolean() }),
  execution_error: z.looseObject({
    ...eventBase,
    kind: z.literal("flow"),
    error: z.union([z.string(), z.looseObject({ code: z.string(), message: z.string() })]),
  }),
};
