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
} from "./flow-schemas.ts";

const nullableTime = z.nullable(timestamp);
const nullableCount = z.nullable(z.number());

/** Bodies are not documented; these are the fields of the examples and of the answers. */
const target = {
  flowId: z.optional(filledText),
  ...each(nullableText, "recordType?"),
  ...each(z.nullable(z.array(z.string())), "recordIds?"),
  ...each(z.nullable(jsonObject), "recordFilter? inputs?"),
  messages: z.optional(z.nullable(z.array(z.unknown()))),
};
const trigger = { ...each(nullableText, "type? cron? timezone?"), runAt: z.optional(nullableTime) };

export const scheduleBody = z.strictObject({
  ...each(nullableText, "name?"),
  enabled: z.optional(z.boolean()),
  target: z.optional(z.strictObject(target)),
  trigger: z.optional(z.strictObject(trigger)),
  executionOptions: z.optional(jsonObject),
});

export const schedule = z.strictObject({
  ...texts("id triggerType userId"),
  ...each(nullableText, "name cron timezone flowId agentId recordType productSurfaceId organizationId"),
  enabled: z.boolean(),
  ...each(nullableTime, "runAt lastRunAt nextRunAt"),
  recordIds: z.nullable(z.array(z.string())),
  ...each(z.nullable(jsonObject), "recordFilter? inputs"),
  executionOptions: jsonObject,
  messages: z.optional(z.nullable(z.array(z.unknown()))),
  ...each(timestamp, "createdAt updatedAt"),
});

const pagination = z.strictObject({
  ...integers("limit currentOffset currentPage? totalCount? totalPages?"),
  ...each(z.boolean(), "hasMore hasPrev"),
  ...each(nullableText, "nextCursor prevCursor"),
});

export const schedulePage = z.strictObject({ data: z.array(schedule), pagination });
const changed = (status: string) => z.strictObject({ ...texts("id"), status: z.literal(status) });
const state = (status: string) => z.strictObject({ status: z.literal(status) });

export const createdSchedule = changed("created");
export const updatedSchedule = changed("updated");
export const pausedSchedule = state("paused");
export const resumedSchedule = state("resumed");
export const deletedSchedule = z.strictObject({ success: z.boolean() });

export const startedRun = z.strictObject({
  ...each(nullableText, "batchExecutionId error runId"),
  status: z.enum(["queued", "completed", "failed"]),
});

const scheduleRun = z.strictObject({
  ...texts("id scheduleId status"),
  ...each(nullableText, "flowId agentId agentExecutionId batchExecutionId error"),
  ...each(nullableCount, "totalRecords processedRecords failedRecords"),
  ...each(nullableTime, "startedAt completedAt"),
  createdAt: timestamp,
});

export const scheduleRuns = z.strictObject({ data: z.array(scheduleRun) });
export const scheduleRunPage = z.strictObject({ data: z.array(scheduleRun), pagination });

export const scheduleRunResults = z.strictObject({
  data: z.array(
    z.strictObject({
      ...texts("recordId status"),
      ...each(nullableText, "recordResultId agentExecutionId flowId flowName error"),
      record: z.nullable(z.strictObject(texts("id name type"))),
      result: z.optional(z.unknown()),
      ...each(nullableTime, "executedAt failedAt"),
      createdAt: timestamp,
    }),
  ),
  pagination: z.strictObject({ ...integers("limit offset total"), hasMore: z.boolean() }),
});

const day = z.strictObject({
  date: z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/)),
  runs: integer,
  failed: integer,
});

export const scheduleStats = z.strictObject({
  ...integers("total completed failed"),
  ...each(nullableCount, "successRate avgDurationMs avgCostUsd"),
  last7Days: z.array(day),
});

export const sparklines = z.strictObject({
  data: z.array(z.strictObject({ scheduleId: z.string(), last7Days: z.array(day) })),
});
