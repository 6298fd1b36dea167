import * as z from "zod/mini";
import { timestampSchema } from "./json.ts";

/** Numbers of days, with today, that the figures of a flow's runs can cover. */
const RUN_HEALTH_DAYS = ["7", "30"] as const;
export type RunHealthDays = (typeof RUN_HEALTH_DAYS)[number];

export const getRunHealthQuerySchema = z.object({
  days: z.optional(z.enum(RUN_HEALTH_DAYS)),
  /** IANA name of the time zone whose days are counted. */
  timeZone: z.optional(z.string()),
});

/** Runs count when they end; executions are runs of one record, or single runs. Cancelled executions do not count. */
const figures = {
  runs: z.number(),
  /** Runs of which at least one record failed, without cancelled runs. */
  failedRuns: z.number(),
  cancelledRuns: z.number(),
  executions: z.number(),
  failedExecutions: z.number(),
  /** Durations of executions, estimated within 10 %; null if none was measured. */
  p50Ms: z.nullable(z.number()),
  p95Ms: z.nullable(z.number()),
  /** Null if no execution reported any. */
  totalTokens: z.nullable(z.number()),
  estimatedCost: z.nullable(z.string()),
};

export const runHealthFiguresSchema = z.looseObject(figures);

/** Such as “2026-12-01”. */
const dateText = z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/, "a date"));

export const runHealthDaySchema = z.looseObject({ date: dateText, ...figures });

export const runFailureGroupSchema = z.looseObject({
  /** Null if the run failed outside of a step. */
  stepId: z.nullable(z.string()),
  stepName: z.nullable(z.string()),
  /** With “…” for numbers and ids. Null without the right to read records, whose data it may contain. */
  message: z.nullable(z.string()),
  /** Number of failed executions. */
  count: z.number(),
  lastAt: timestampSchema,
  /** The last run that failed like this. */
  runId: z.string(),
});

export const runHealthSchema = z.looseObject({
  totals: runHealthFiguresSchema,
  /** All days of the period, oldest first. */
  days: z.array(runHealthDaySchema),
  /** The most frequent failures first. */
  failures: z.array(runFailureGroupSchema),
  /** Failed executions that are in none of `failures`. */
  otherFailures: z.number(),
});

export type GetRunHealthQuery = z.infer<typeof getRunHealthQuerySchema>;
export type RunHealth = z.infer<typeof runHealthSchema>;
export type RunHealthFigures = z.infer<typeof runHealthFiguresSchema>;
export type RunHealthDay = z.infer<typeof runHealthDaySchema>;
export type RunFailureGroup = z.infer<typeof runFailureGroupSchema>;
