import * as z from "zod/mini";
import { jsonObjectSchema } from "./json.ts";
import { createRecordBodySchema } from "./record.ts";
import { RERUN_REASONS, RETRY_STARTS, RETRY_VERSIONS } from "./run-statuses.ts";
import { startBatchResponseSchema } from "./run.ts";

const { name, type, metadata, messages } = createRecordBodySchema.shape;

/** Strict: a misspelled field that was ignored would repeat the effects of steps. */
export const retryBatchBodySchema = z.strictObject({
  /** By default `failed`, and `all` for a single run. */
  records: z.optional(
    z.union([
      z.enum(["failed", "all"]),
      z.array(z.string().check(z.minLength(1))).check(z.minLength(1), z.maxLength(100_000)),
    ]),
  ),
  /** By default `start`. */
  from: z.optional(z.enum(RETRY_STARTS)),
  /** By default `current`. */
  version: z.optional(z.enum(RETRY_VERSIONS)),
  /** Replace the inputs of a single run. */
  inputs: z.optional(jsonObjectSchema),
  /** Replaces the record of a single run whose record came with its request. */
  record: z.optional(z.looseObject({ name: z.optional(name), type: z.optional(type), metadata, messages })),
});

/** Where the retry of a record starts. Without a step, nothing is left to run. */
export const retryStartSchema = z.looseObject({
  recordId: z.string(),
  /** 0-based, counting nested steps. */
  position: z.nullable(z.number()),
  stepId: z.nullable(z.string()),
  stepName: z.nullable(z.string()),
  /** Number of steps whose outcomes are taken from the earlier run. */
  takenSteps: z.number(),
  /** Why the step runs again although it had finished. */
  rerunReason: z.optional(z.enum(RERUN_REASONS)),
});

/** `starts`: of the first 20 records, if the retry starts at the failed step. */
export const retryBatchResponseSchema = z.looseObject({
  ...startBatchResponseSchema.shape,
  starts: z.optional(z.array(retryStartSchema)),
});

export const retryOptionsQuerySchema = z.object({
  version: z.optional(z.enum(RETRY_VERSIONS)),
  /** Of this record instead of the first ones that failed. */
  recordId: z.optional(z.string()),
});

export const retryOptionsSchema = z.looseObject({
  /** False if the flow was deleted, so that its runs cannot be retried. */
  hasFlow: z.boolean(),
  /** Whether the saved draft has the steps that ran. */
  isSameVersion: z.boolean(),
  /** Number of the published version that ran; null for a draft. */
  versionNumber: z.nullable(z.number()),
  /** Of a single run; null if they are not stored. */
  inputs: z.nullable(jsonObjectSchema),
  /** The record of a single run, if it came with the request. */
  record: z.nullable(jsonObjectSchema),
  /** Where a retry from the failed step starts, of the first 20 records. */
  starts: z.array(retryStartSchema),
});

export type RetryBatchBody = z.infer<typeof retryBatchBodySchema>;
export type RetryStart = z.infer<typeof retryStartSchema>;
export type RetryOptions = z.infer<typeof retryOptionsSchema>;
