import * as z from "zod/mini";
import { PAUSE_REASONS } from "./pause-reasons.ts";
import { jsonObjectSchema, jsonValueSchema, timestampSchema } from "./json.ts";
import { pageQueryParamSchemas, responsePaginationSchema } from "./pagination.ts";
import { RECORD_LIMITS, recordFilterSchema } from "./record.ts";

const nullableText = z.nullable(z.string());
const nullableTime = z.nullable(timestampSchema);
const nullableCount = z.nullable(z.number());

/** A field of a request; null stands for no value, as in answers. */
const optional = <Schema extends z.core.$ZodType>(schema: Schema) => z.optional(z.nullable(schema));

const name = z.string().check(z.maxLength(200));
const timezone = z.string().check(z.maxLength(100));
const recordIds = z
  .array(z.string().check(z.minLength(1), z.maxLength(255)))
  .check(z.minLength(1), z.maxLength(RECORD_LIMITS.ids));
const recordType = z.string().check(z.minLength(1), z.maxLength(RECORD_LIMITS.type));

const targetFields = {
  flowId: optional(z.string().check(z.minLength(1), z.maxLength(255))),
  agentId: optional(z.string()),
  recordType: optional(recordType),
  recordIds: optional(recordIds),
  recordFilter: optional(recordFilterSchema),
  inputs: optional(jsonObjectSchema),
  messages: optional(z.array(jsonValueSchema)),
};

const triggerFields = {
  cron: optional(z.string().check(z.maxLength(200))),
  timezone: optional(timezone),
  runAt: optional(timestampSchema),
};

/** Fields may stand at the top, as in answers, or in `target` and `trigger`, as in the examples of the API. */
export const scheduleBodySchema = z.looseObject({
  name: optional(name),
  enabled: optional(z.boolean()),
  ...targetFields,
  ...triggerFields,
  triggerType: optional(z.string().check(z.maxLength(50))),
  target: optional(z.looseObject(targetFields)),
  trigger: optional(z.looseObject({ ...triggerFields, type: optional(z.string().check(z.maxLength(50))) })),
  /** An open object: stored as sent, also what this server does not use. */
  executionOptions: optional(jsonObjectSchema),
});

/** What follows `updatedAt` is an addition. */
export const scheduleSchema = z.looseObject({
  id: z.string(),
  name: nullableText,
  enabled: z.boolean(),
  triggerType: z.string(),
  cron: nullableText,
  timezone: nullableText,
  runAt: nullableTime,
  flowId: nullableText,
  agentId: nullableText,
  recordType: nullableText,
  recordIds: z.nullable(z.array(z.string())),
  recordFilter: z.optional(z.nullable(jsonValueSchema)),
  inputs: z.nullable(jsonObjectSchema),
  messages: z.optional(z.nullable(z.array(jsonValueSchema))),
  executionOptions: jsonObjectSchema,
  productSurfaceId: nullableText,
  lastRunAt: nullableTime,
  nextRunAt: nullableTime,
  organizationId: nullableText,
  userId: z.string(),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
  flowName: z.optional(nullableText),
  /** Null if it is active, or if a user paused it. */
  pauseReason: z.optional(z.nullable(z.enum(PAUSE_REASONS))),
  /** Scopes of its runs that the caller lacks: a publish by this caller pauses it. */
  missingScopes: z.optional(z.array(z.string())),
  lastRunStatus: z.optional(nullableText),
  lastRunError: z.optional(nullableText),
});

/** `flowId` is an addition. */
export const listSchedulesQuerySchema = z.object({
  limit: pageQueryParamSchemas.limit,
  cursor: pageQueryParamSchemas.cursor,
  search: z.optional(z.string()),
  status: z.optional(z.enum(["active", "paused"])),
  flowId: z.optional(z.string()),
});

export const schedulePageSchema = z.looseObject({
  data: z.array(scheduleSchema),
  pagination: responsePaginationSchema,
});

export const changedScheduleSchema = z.looseObject({ id: z.string(), status: z.string() });
export const scheduleStateSchema = z.looseObject({ status: z.string() });
export const deletedScheduleSchema = z.looseObject({ success: z.boolean() });

export const startedScheduleRunSchema = z.looseObject({
  batchExecutionId: nullableText,
  error: nullableText,
  runId: nullableText,
  status: z.string(),
});

/** What follows `createdAt` is an addition. */
export const scheduleRunSchema = z.looseObject({
  id: z.string(),
  scheduleId: z.string(),
  flowId: nullableText,
  agentId: nullableText,
  agentExecutionId: nullableText,
  batchExecutionId: nullableText,
  status: z.string(),
  totalRecords: nullableCount,
  processedRecords: nullableCount,
  failedRecords: nullableCount,
  error: nullableText,
  startedAt: nullableTime,
  completedAt: nullableTime,
  createdAt: timestampSchema,
  /** The time that the run was due, null if a person started it. */
  dueAt: z.optional(nullableTime),
  /** Due times in a row that a run with the status `missed` stands for. Above 500, it stands for more than 500. */
  missedCount: z.optional(nullableCount),
});

export const scheduleRunsSchema = z.looseObject({ data: z.array(scheduleRunSchema) });

export const listScheduleRunsQuerySchema = z.object({
  limit: pageQueryParamSchemas.limit,
  cursor: pageQueryParamSchemas.cursor,
  direction: pageQueryParamSchemas.direction,
});

export const scheduleRunPageSchema = z.looseObject({
  data: z.array(scheduleRunSchema),
  pagination: responsePaginationSchema,
});

export const scheduleRunResultsQuerySchema = z.object({
  limit: pageQueryParamSchemas.limit,
  offset: pageQueryParamSchemas.limit,
});

export const scheduleRunResultsSchema = z.looseObject({
  data: z.array(
    z.looseObject({
      recordId: z.string(),
      record: z.nullable(z.looseObject({ id: z.string(), name: z.string(), type: z.string() })),
      recordResultId: nullableText,
      agentExecutionId: nullableText,
      flowId: nullableText,
      flowName: nullableText,
      status: z.string(),
      result: z.optional(jsonValueSchema),
      error: nullableText,
      executedAt: nullableTime,
      failedAt: nullableTime,
      createdAt: timestampSchema,
    }),
  ),
  pagination: z.looseObject({
    limit: z.number(),
    offset: z.number(),
    total: z.number(),
    hasMore: z.boolean(),
  }),
});

/** A day in UTC, as YYYY-MM-DD. */
const scheduleDay = z.looseObject({ date: z.string(), runs: z.number(), failed: z.number() });

export const scheduleStatsSchema = z.looseObject({
  total: z.number(),
  completed: z.number(),
  failed: z.number(),
  successRate: nullableCount,
  avgDurationMs: nullableCount,
  avgCostUsd: nullableCount,
  last7Days: z.array(scheduleDay),
});

/** Without `ids`, of the newest schedules. */
export const scheduleSparklinesQuerySchema = z.object({ ids: z.optional(z.string()) });

export const scheduleSparklinesSchema = z.looseObject({
  data: z.array(z.looseObject({ scheduleId: z.string(), last7Days: z.array(scheduleDay) })),
});

export type Schedule = z.infer<typeof scheduleSchema>;
export type ScheduleBody = z.infer<typeof scheduleBodySchema>;
export type ScheduleRun = z.infer<typeof scheduleRunSchema>;
