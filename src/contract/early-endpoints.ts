import * as z from "zod/mini";
import type { EndpointDefinition } from "./endpoint.ts";
import { errorBodySchema } from "./error-body.ts";
import { jsonObjectSchema, timestampSchema } from "./json.ts";

export const lastRunOfEachStepSchema = z.looseObject({
  data: z.array(
    z.looseObject({
      stepId: z.string(),
      status: z.string(),
      completedAt: z.nullable(timestampSchema),
      durationMs: z.nullable(z.number()),
      executionId: z.nullable(z.string()),
      batchId: z.nullable(z.string()),
      recordId: z.nullable(z.string()),
      /** Number of records that failed at this step (counted up to 1000), and number of records in the batch. */
      failedRecords: z.optional(z.nullable(z.number())),
      batchRecords: z.optional(z.nullable(z.number())),
      outputVariable: z.optional(z.nullable(z.string())),
      shape: z.optional(jsonObjectSchema),
    }),
  ),
});

/** Costs are in US dollars per million tokens. Absent fields were not reported. */
const listedModelSchema = z.looseObject({
  id: z.string(),
  name: z.optional(z.string()),
  provider: z.optional(z.string()),
  contextTokens: z.optional(z.number()),
  inputCost: z.optional(z.number()),
  outputCost: z.optional(z.number()),
});

/** `isComplete`: all models are listed. `aliases`: other names for them. `failure`: why there is no list. */
export const modelListSchema = z.looseObject({
  models: z.array(listedModelSchema),
  aliases: z.optional(z.array(z.string())),
  isComplete: z.boolean(),
  failure: z.optional(z.string()),
});

/** Called by an editor before its user acts. Separate from `endpoints`, whose code loads at the first sign of use. */
export const earlyEndpoints = {
  listLastStepRuns: {
    method: "GET",
    path: "/local/flows/:id/last-step-runs",
    summary: "List the last result of each step of a flow",
    scope: "FLOWS:READ",
    answers: { 200: lastRunOfEachStepSchema },
    errors: { 404: errorBodySchema },
  },
  listModels: {
    method: "GET",
    path: "/local/models",
    summary: "List the models of the model server, or of the connected API",
    scope: "FLOWS:READ",
    answers: { 200: modelListSchema },
    errors: { 404: errorBodySchema },
  },
} as const satisfies Record<string, EndpointDefinition>;

export type ListedModel = z.infer<typeof listedModelSchema>;
export type ModelList = z.infer<typeof modelListSchema>;
