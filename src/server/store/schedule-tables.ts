import { bigint, boolean, date, integer, numeric, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { PAUSE_REASONS } from "#contract/pause-reasons.ts";
import { jsonText, time } from "./json-text.ts";

export const schedulesTable = pgTable(
  "schedules",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    name: text("name"),
    nameKey: text("name_key").notNull(),
    enabled: boolean("enabled").notNull(),
    pauseReason: text("pause_reason", { enum: PAUSE_REASONS }),
    cron: text("cron"),
    timezone: text("timezone"),
    runAt: time("run_at"),
    flowId: text("flow_id").notNull(),
    flowName: text("flow_name").notNull(),
    recordType: text("record_type"),
    recordIds: text("record_ids").array(),
    recordFilter: jsonText("record_filter"),
    inputs: jsonText("inputs"),
    messages: jsonText("messages"),
    executionOptions: jsonText("execution_options"),
    userId: text("user_id").notNull(),
    keyName: text("key_name"),
    keyHash: text("key_hash"),
    scopes: text("scopes").array().notNull(),
    lastRunAt: time("last_run_at"),
    nextRunAt: time("next_run_at"),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

export const scheduleRunsTable = pgTable(
  "schedule_runs",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    scheduleId: text("schedule_id").notNull(),
    flowId: text("flow_id").notNull(),
    dueAt: time("due_at"),
    batchId: text("batch_id"),
    missedCount: integer("missed_count"),
    createdAt: time("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

/** Counts of the ended runs of a schedule on a day in UTC. */
export const scheduleDaysTable = pgTable(
  "schedule_days",
  {
    organizationId: text("organization_id").notNull(),
    scheduleId: text("schedule_id").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    runs: integer("runs").notNull(),
    completed: integer("completed").notNull(),
    failed: integer("failed").notNull(),
    durationMs: bigint("duration_ms", { mode: "number" }).notNull(),
    costed: integer("costed").notNull(),
    cost: numeric("cost").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.scheduleId, table.day] })],
);
