import { bigint, customType, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

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
