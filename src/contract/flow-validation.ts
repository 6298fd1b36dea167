import * as z from "zod/mini";
import { errorBodySchema } from "./error-body.ts";
import { jsonObjectSchema } from "./json.ts";

export const validateFlowBodySchema = jsonObjectSchema;

/** `path` is relative to the request body: `flowSteps.2.config.script`. `step.index` is that in its list. */
const validationIssue = z.looseObject({
  code: z.string(),
  message: z.string(),
  path: z.optional(z.string()),
  details: z.optional(jsonObjectSchema),
  step: z.optional(
    z.looseObject({ index: z.int(), name: z.string(), type: z.string(), id: z.optional(z.string()) }),
  ),
});

export const flowValidationSchema = z.looseObject({
  valid: z.boolean(),
  errors: z.array(validationIssue),
  warnings: z.array(validationIssue),
  recommendations: z.array(validationIssue),
  context: z.looseObject({
    authenticated: z.boolean(),
    accountChecksPerformed: z.boolean(),
    accountChecksSkipped: z.boolean(),
  }),
});

export const errorBodyWithCodeSchema = z.extend(errorBodySchema, { code: z.optional(z.string()) });

export type ValidationIssue = z.infer<typeof validationIssue>;
export type FlowValidationResult = z.infer<typeof flowValidationSchema>;
