import {
  bigint,
  boolean,
  customType,
  integer,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import { BATCH_STATUSES, RECORD_RUN_STATUSES, STEP_STATUSES } from "#contract/run.ts";

/** A `json` column read and written as its text: a parser in between would lose key order and doubled work. */
const jsonText = customType<{ data: string; driverData: string }>({ dataType: () => "json" });

/** Milliseconds, like JavaScript's: a cursor made from a finer time would skip rows. */
const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

// The tables themselves are made by the SQL in ./migrations; this is what queries are typed by.

export const flows = pgTable(
  "flows",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    name: text("name").notNull(),
    nameKey: text("name_key").notNull(),
    nameStarts: text("name_starts").array().notNull(),
    description: text("description"),
    steps: jsonText("steps").notNull(),
    stepCount: integer("step_count").notNull(),
    disabledStepCount: integer("disabled_step_count").notNull(),
    line: jsonText("line").notNull(),
    revision: integer("revision").notNull(),
    saveKeys: jsonText("save_keys").notNull().default("[]"),
    definitionHash: text("definition_hash").notNull(),
    draftVersionId: text("draft_version_id"),
    publishedVersionId: text("published_version_id"),
    publishedVersionNumber: integer("published_version_number"),
    publishedHash: text("published_hash"),
    publishState: text("publish_state").notNull().generatedAlwaysAs("in the migration"),
    lastRunAt: time("last_run_at"),
    lastRunStatus: text("last_run_status"),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

export const flowVersions = pgTable(
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
    config: jsonText("config"),
    definitionHash: text("definition_hash"),
    changes: jsonText("changes"),
    createdAt: time("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

export const flowCounts = pgTable(
  "flow_counts",
  {
    organizationId: text("organization_id").notNull(),
    publishState: text("publish_state").notNull(),
    flows: bigint("flows", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.publishState] })],
);

export const sessions = pgTable(
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

export const idempotencyKeys = pgTable(
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

export const records = pgTable(
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
    productSurfaceId: text("product_surface_id"),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

export const recordCounts = pgTable(
  "record_counts",
  {
    organizationId: text("organization_id").notNull(),
    type: text("type").notNull(),
    records: bigint("records", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.type] })],
);

export const batches = pgTable(
  "batches",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    flowId: text("flow_id").notNull(),
    flowName: text("flow_name").notNull(),
    flowVersionId: text("flow_version_id"),
    recordType: text("record_type"),
    steps: jsonText("steps").notNull(),
    status: text("status", { enum: BATCH_STATUSES }).notNull(),
    totalRecords: integer("total_records").notNull(),
    processedRecords: integer("processed_records").notNull().default(0),
    failedRecords: integer("failed_records").notNull().default(0),
    cancelledRecords: integer("cancelled_records").notNull().default(0),
    maxRetries: integer("max_retries").notNull().default(0),
    concurrency: integer("concurrency").notNull(),
    error: text("error"),
    createdAt: time("created_at").notNull(),
    startedAt: time("started_at"),
    completedAt: time("completed_at"),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

export const batchRecords = pgTable(
  "batch_records",
  {
    organizationId: text("organization_id").notNull(),
    batchId: text("batch_id").notNull(),
    position: integer("position").notNull(),
    recordId: text("record_id").notNull(),
    recordName: text("record_name"),
    status: text("status", { enum: RECORD_RUN_STATUSES }).notNull().default("waiting"),
    attempts: integer("attempts").notNull().default(0),
    claim: text("claim"),
    claimedUntil: time("claimed_until"),
    executionId: text("execution_id"),
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

export const stepResults = pgTable(
  "step_results",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    flowId: text("flow_id").notNull(),
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
    status: text("status", { enum: STEP_STATUSES }).notNull(),
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
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);
