import { boolean, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { ALERT_CONDITIONS, ALERT_DELIVERY_STATES, ALERT_KINDS } from "#contract/alert-kinds.ts";
import { PAUSE_REASONS } from "#contract/pause-reasons.ts";
import { jsonText, time } from "./json-text.ts";

export const alertRulesTable = pgTable(
  "alert_rules",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    flowId: text("flow_id"),
    conditions: text("conditions", { enum: ALERT_CONDITIONS }).array().notNull(),
    notRunMinutes: integer("not_run_minutes"),
    target: jsonText("target").notNull(),
    secret: text("secret"),
    isEnabled: boolean("is_enabled").notNull().default(true),
    pauseReason: text("pause_reason", { enum: PAUSE_REASONS }),
    createdBy: text("created_by"),
    scopes: text("scopes").array().notNull().default([]),
    keyHash: text("key_hash"),
    watchJobId: text("watch_job_id"),
    watchedFrom: time("watched_from"),
    reportedUntil: time("reported_until"),
    deletedAt: time("deleted_at"),
    createdAt: time("created_at").notNull().defaultNow(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);

export const alertStatesTable = pgTable(
  "alert_states",
  {
    organizationId: text("organization_id").notNull(),
    ruleId: text("rule_id").notNull(),
    flowId: text("flow_id").notNull(),
    quietUntil: time("quiet_until").notNull(),
    failedRuns: integer("failed_runs").notNull().default(0),
    recoveredRuns: integer("recovered_runs").notNull().default(0),
    run: jsonText("run"),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.ruleId, table.flowId] })],
);

export const alertDeliveriesTable = pgTable(
  "alert_deliveries",
  {
    organizationId: text("organization_id").notNull(),
    id: text("id").notNull(),
    ruleId: text("rule_id").notNull(),
    kind: text("kind", { enum: ALERT_KINDS }).notNull(),
    content: jsonText("content").notNull(),
    state: text("state", { enum: ALERT_DELIVERY_STATES }).notNull().default("pending"),
    attempts: integer("attempts").notNull().default(0),
    error: text("error"),
    createdAt: time("created_at").notNull().defaultNow(),
    attemptedAt: time("attempted_at"),
    nextAttemptAt: time("next_attempt_at"),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.id] })],
);
