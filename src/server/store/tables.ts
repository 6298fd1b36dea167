import { sql } from "drizzle-orm";
import { bigint, boolean, integer, numeric, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import {
  BATCH_STATUSES,
  RECORD_RUN_STATUSES,
  RETRY_STARTS,
  RUN_START_CAUSES,
  STEP_RESULT_STATUSES,
} from "#contract/run-statuses.ts";
import { jsonText, time } from "./json-text.ts";

export * from "./alert-tables.ts";
export * from "./schedule-tables.ts";

// Types for the queries. The SQL files in ./migrations, not these definitions, create the tables.

export const flowsTable = pgTable(
  "flows",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    name: text("name").notNull(),
    nameKey: text("name_key").notNull(),
    description: text("description"),
    sampleMetadata: jsonText("sample_metadata"),
    steps: jsonText("steps").notNull(),
    stepCount: integer("step_count").notNull(),
    totalStepCount: integer("total_step_count"),
    disabledStepCount: integer("disabled_step_count").notNull(),
    line: jsonText("line").notNull(),
    revision: integer("revision").notNull(),
    saveKeys: jsonText("save_keys").notNull().default("[]"),
    definitionHash: text("definition_hash").notNull(),
    draftVersionId: text("draft_version_id"),
    publishedVersionId: text("published_version_id"),
    publishedVersionNumber: integer("published_version_number"),
    publishedHash: text("published_hash"),
    publisherScopes: text("publisher_scopes").array().notNull().default([]),
    publishState: text("publish_state").notNull().generatedAlwaysAs("in the migration"),
    lastRunAt: time("last_run_at"),
    lastRunStatus: text("last_run_status"),
    lastRunRecords: integer("last_run_records"),
    lastRunFailedRecords: integer("last_run_failed_records"),
    countedHash: text("counted_hash"),
    countedRunAt: time("counted_run_at"),
    recentOutcomes: text("recent_outcomes").notNull().default(""),
    tags: text("tags").array().notNull().default([]),
    indexedHash: text("indexed_hash"),
    savedBy: text("saved_by"),
    savedRevision: integer("saved_revision"),
    upsertedHash: text("upserted_hash"),
    upsertedDescription: text("upserted_description"),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

export const flowTagsTable = pgTable(
  "flow_tags",
  {
    organizationId: text("organization_id").notNull(),
    tagKey: text("tag_key").notNull(),
    flowId: text("flow_id").notNull(),
    name: text("name").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.tagKey, table.flowId] })],
);

export const flowTagCountsTable = pgTable(
  "flow_tag_counts",
  {
    organizationId: text("organization_id").notNull(),
    tagKey: text("tag_key").notNull(),
    name: text("name").notNull(),
    flows: bigint("flows", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.tagKey] })],
);

export const stepTermsTable = pgTable(
  "step_terms",
  {
    organizationId: text("organization_id").notNull(),
    kind: text("kind").notNull(),
    term: text("term").notNull(),
    key: text("key").notNull(),
    id: integer("id").notNull().generatedByDefaultAsIdentity(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.kind, table.term] })],
);

export const stepIndexTable = pgTable(
  "step_index",
  {
    organizationId: text("organization_id").notNull(),
    flowId: text("flow_id").notNull(),
    flowNumber: integer("flow_number").notNull().generatedByDefaultAsIdentity(),
    termIds: integer("term_ids").array().notNull(),
    steps: jsonText("steps").notNull(),
    isPartial: boolean("is_partial").notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.flowId] })],
);

export const stepPostingsTable = pgTable(
  "step_postings",
  {
    organizationId: text("organization_id").notNull(),
    termId: integer("term_id").notNull(),
    flowNumber: integer("flow_number").notNull(),
  },
  (table) => [primaryKey({ columns: [table.termId, table.flowNumber] })],
);

export const flowVersionsTable = pgTable(
  "flow_versions",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    flowId: text("flow_id").notNull(),
    versionNumber: integer("version_number").notNull(),
    versionType: text("version_type", { enum: ["published", "draft", "test", "virtual"] }).notNull(),
    label: text("label"),
    notes: text("notes"),
    stepSummary: text("step_summary"),
    stepCount: integer("step_count").notNull(),
    totalStepCount: integer("total_step_count"),
    config: jsonText("config"),
    definitionHash: text("definition_hash"),
    changes: jsonText("changes"),
    createdBy: text("created_by"),
    createdAt: time("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

export const flowCountsTable = pgTable(
  "flow_counts",
  {
    organizationId: text("organization_id").notNull(),
    publishState: text("publish_state").notNull(),
    flows: bigint("flows", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.publishState] })],
);

export const sessionsTable = pgTable(
  "sessions",
  {
    organizationId: text("organization_id").notNull(),
    idHash: text("id_hash").notNull(),
    keyHash: text("key_hash").notNull(),
    createdAt: time("created_at").notNull(),
    expiresAt: time("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.idHash] })],
);

export const idempotencyKeysTable = pgTable(
  "idempotency_keys",
  {
    organizationId: text("organization_id").notNull(),
    key: text("key").notNull(),
    route: text("route").notNull(),
    bodyHash: text("body_hash").notNull(),
    status: integer("status").notNull(),
    headers: jsonText("headers").notNull(),
    body: text("body").notNull(),
    createdAt: time("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.key, table.route] })],
);

export const startedBatchesTable = pgTable(
  "started_batches",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    flowId: text("flow_id").notNull(),
    startedAt: time("started_at").notNull(),
    batch: jsonText("batch").notNull(),
    records: jsonText("records").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

export const recordsTable = pgTable(
  "records",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    type: text("type").notNull(),
    name: text("name").notNull(),
    nameKey: text("name_key").notNull(),
    metadata: jsonText("metadata").notNull(),
    messages: jsonText("messages"),
    contentLength: integer("content_length")
      .notNull()
      .generatedAlwaysAs(sql`in the migration`),
    productSurfaceId: text("product_surface_id"),
    lastRunWrite: text("last_run_write"),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

export const recordCountsTable = pgTable(
  "record_counts",
  {
    organizationId: text("organization_id").notNull(),
    type: text("type").notNull(),
    records: bigint("records", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.type] })],
);

export const batchStepsTable = pgTable(
  "batch_steps",
  {
    organizationId: text("organization_id").notNull(),
    hash: text("hash").notNull(),
    steps: jsonText("steps").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.hash] })],
);

export const batchesTable = pgTable(
  "batches",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    flowId: text("flow_id").notNull(),
    flowName: text("flow_name").notNull(),
    flowVersionId: text("flow_version_id"),
    recordType: text("record_type"),
    scopes: text("scopes").array().notNull(),
    isVirtual: boolean("is_virtual").notNull().default(false),
    steps: jsonText("steps"),
    stepsHash: text("steps_hash"),
    queuedRecords: integer("queued_records").notNull().default(0),
    status: text("status", { enum: BATCH_STATUSES }).notNull(),
    totalRecords: integer("total_records").notNull(),
    processedRecords: integer("processed_records").notNull().default(0),
    failedRecords: integer("failed_records").notNull().default(0),
    cancelledRecords: integer("cancelled_records").notNull().default(0),
    maxRetries: integer("max_retries").notNull().default(0),
    concurrency: integer("concurrency").notNull(),
    error: text("error"),
    /** A run of a dispatch: a batch of one record, stored when it has ended. */
    isSingle: boolean("is_single").notNull().default(false),
    recordName: text("record_name"),
    startCause: text("start_cause", { enum: RUN_START_CAUSES }),
    keyName: text("key_name"),
    retryOf: text("retry_of"),
    scheduleId: text("schedule_id"),
    totalTokens: bigint("total_tokens", { mode: "number" }),
    estimatedCost: numeric("estimated_cost"),
    firstError: text("first_error"),
    /** Where a retry starts; null: at the first step. */
    retryFrom: text("retry_from", { enum: RETRY_STARTS }),
    /** JSON of what a single run was given besides its record; null if it is not stored. */
    runInputs: jsonText("run_inputs"),
    createdAt: time("created_at").notNull(),
    startedAt: time("started_at"),
    completedAt: time("completed_at"),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

export const flowRunHoursTable = pgTable(
  "flow_run_hours",
  {
    organizationId: text("organization_id").notNull(),
    flowId: text("flow_id").notNull(),
    hour: time("hour").notNull(),
    runs: integer("runs").notNull().default(0),
    failedRuns: integer("failed_runs").notNull().default(0),
    cancelledRuns: integer("cancelled_runs").notNull().default(0),
    executions: integer("executions").notNull().default(0),
    failedExecutions: integer("failed_executions").notNull().default(0),
    durations: integer("durations").array().notNull().default([]),
    totalTokens: bigint("total_tokens", { mode: "number" }),
    estimatedCost: numeric("estimated_cost"),
    failures: jsonText("failures").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.flowId, table.hour] })],
);

export const batchRecordsTable = pgTable(
  "batch_records",
  {
    organizationId: text("organization_id").notNull(),
    batchId: text("batch_id").notNull(),
    position: integer("position").notNull(),
    recordId: text("record_id").notNull(),
    recordName: text("record_name"),
    record: jsonText("record"),
    status: text("status", { enum: RECORD_RUN_STATUSES }).notNull().default("waiting"),
    attempts: integer("attempts").notNull().default(0),
    executionId: text("execution_id"),
    runKey: text("run_key"),
    checkpoint: jsonText("checkpoint"),
    startedAt: time("started_at"),
    completedAt: time("completed_at"),
    durationMs: integer("duration_ms"),
    errorMessage: text("error_message"),
    outputPreview: text("output_preview"),
    contextSteps: integer("context_steps").notNull().default(0),
    promptsExecuted: integer("prompts_executed").notNull().default(0),
    totalTokens: integer("total_tokens"),
    estimatedCost: numeric("estimated_cost"),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.batchId, table.position] })],
);

export const stepResultsTable = pgTable(
  "step_results",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    flowId: text("flow_id"),
    flowVersionId: text("flow_version_id"),
    batchId: text("batch_id"),
    executionId: text("execution_id").notNull(),
    recordId: text("record_id"),
    recordName: text("record_name"),
    stepId: text("step_id"),
    stepName: text("step_name").notNull(),
    stepType: text("step_type").notNull(),
    position: integer("position").notNull(),
    depth: integer("depth").notNull().default(0),
    status: text("status", { enum: STEP_RESULT_STATUSES }).notNull(),
    skipReason: text("skip_reason"),
    output: jsonText("output"),
    outputPreview: text("output_preview"),
    isOutputCut: boolean("is_output_cut").notNull().default(false),
    outputShape: jsonText("output_shape"),
    outputVariable: text("output_variable"),
    errorMessage: text("error_message"),
    resolvedPrompt: text("resolved_prompt"),
    modelUsed: text("model_used"),
    promptTokens: integer("prompt_tokens"),
    completionTokens: integer("completion_tokens"),
    totalTokens: integer("total_tokens"),
    retryCount: integer("retry_count"),
    estimatedCost: numeric("estimated_cost"),
    stepConfig: jsonText("step_config"),
    inputVariables: jsonText("input_variables"),
    unresolvedVariables: text("unresolved_variables").array(),
    durationMs: integer("duration_ms"),
    startedAt: time("started_at"),
    completedAt: time("completed_at"),
    createdAt: time("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id, table.createdAt] })],
);
