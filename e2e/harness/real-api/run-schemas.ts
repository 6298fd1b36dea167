import * as z from "zod/mini";
import {
  each,
  filledText,
  integer,
  integers,
  jsonObject,
  nullableText,
  texts,
  timestamp,
  writtenStep,
} from "./flow-schemas.ts";

const stepResult = z.strictObject({
  ...texts("id userId stepName stepType status"),
  ...each(nullableText, "organizationId batchExecutionId executionSessionId flowId flowVersionId"),
  ...each(nullableText, "recordId recordName stepId outputPreview"),
  ...each(nullableText, "resolvedPrompt? modelUsed? errorMessage? estimatedCost?"),
  ...each(z.nullable(integer), "order durationMs promptTokens? completionTokens? totalTokens? retryCount?"),
  ...each(z.nullable(timestamp), "startedAt completedAt"),
  createdAt: timestamp,
  ...each(z.unknown(), "recordMetadata? stepConfig? inputVariables?"),
});

export const stepResultPage = z.strictObject({
  data: z.array(stepResult),
  pagination: z.strictObject({ ...integers("limit offset returned"), hasMore: z.boolean() }),
});

export const stepResultsOfRecord = z.strictObject({ data: z.array(stepResult) });

export const runOnRecordTypeBody = z.strictObject({ recordType: filledText });

export const immediateRun = z.strictObject({
  ...each(z.boolean(), "success executedImmediately"),
  status: z.literal("completed"),
  ...texts("batchId flowId recordType"),
  ...integers("recordCount successCount failureCount"),
  completedAt: timestamp,
  results: z.array(
    z.strictObject({
      ...texts("recordId executionId? error?"),
      recordName: nullableText,
      success: z.boolean(),
      ...each(z.number(), "executionTime?"),
      ...integers("contextSteps? promptsExecuted?"),
    }),
  ),
});

export const scheduledRun = z.strictObject({
  success: z.boolean(),
  status: z.literal("scheduled"),
  ...texts("batchId flowId recordType message"),
  recordCount: integer,
  scheduledAt: timestamp,
  records: z.array(z.strictObject({ ...texts("id type"), name: nullableText })),
});

const inlineRecord = z.strictObject({ ...texts("id? name? type?"), ...each(jsonObject, "metadata?") });

const inlineFlow = z.strictObject({
  ...texts("id? name?"),
  ...each(nullableText, "description?"),
  ...each(z.array(writtenStep), "steps?"),
});

export const startBatchBody = z
  .strictObject({
    ...texts("flowId? agentId?"),
    flowDefinition: z.optional(inlineFlow),
    recordIds: z.optional(z.array(z.string()).check(z.minLength(1))),
    records: z.optional(z.array(inlineRecord).check(z.minLength(1))),
    options: z.optional(jsonObject),
  })
  .check(
    z.refine(
      (body) => "flowId" in body || "flowDefinition" in body || "agentId" in body,
      "flowId, flowDefinition or agentId is required",
    ),
    z.refine((body) => "recordIds" in body || "records" in body, "recordIds or records is required"),
  );

export const startedBatch = z.strictObject(texts("batchExecutionId status"));

export const batchStatus = z.strictObject({
  ...texts("batchExecutionId flowId status"),
  ...integers("totalRecords processedRecords failedRecords progress? successCount?"),
  ...each(timestamp, "startedAt completedAt?"),
  results: z.optional(z.array(z.unknown())),
});

const batchRow = z.strictObject({
  ...texts("id flowName status"),
  ...integers("progress totalRecords processedRecords failedRecords"),
  startedAt: timestamp,
});

export const batchSummary = z.strictObject({
  ...integers("activeBatches recentlyCompleted"),
  ...each(z.array(batchRow), "batches recent"),
});

export const cancelledBatch = z.strictObject({ success: z.boolean(), message: z.string() });
export const batchCost = z.strictObject({ batchExecutionId: z.string(), totalCostUsd: z.number() });
export const batchRecordCost = z.strictObject({
  ...texts("batchExecutionId recordId"),
  totalCostUsd: z.number(),
});

const message = z.looseObject({
  role: z.enum(["system", "user", "assistant"]),
  content: z.union([z.string(), z.array(z.unknown())]),
});

export const dispatchBody = z.strictObject({
  flow: z.optional(inlineFlow),
  record: z.optional(inlineRecord),
  ...each(jsonObject, "agent? inputs?"),
  messages: z.optional(z.array(message)),
  secrets: z.optional(z.record(z.string(), z.string())),
  clientTools: z.optional(z.array(z.unknown())),
  options: z.optional(
    z.strictObject({
      ...each(z.boolean(), "streamResponse? storeResults? autoAppendMetadata? debugMode? createVersion?"),
      flowMode: z.optional(z.enum(["existing", "create", "virtual", "upsert"])),
      recordMode: z.optional(z.enum(["existing", "create", "virtual"])),
      ...texts("modelOverride? versionType? versionLabel? versionNotes? flowVersionId?"),
      ...each(jsonObject, "upsertOptions?"),
    }),
  ),
});

/** The form of an answer without a stream is not documented. */
export const dispatchResult = z.looseObject({ success: z.boolean(), executionId: z.string() });
