import * as z from "zod/mini";
import { errorBody } from "./error-body.ts";
import { jsonObject } from "./json.ts";

/** Any object: what is wrong with it as a flow is the answer. */
export const validateFlowBody = jsonObject;

/** `path` is dotted and leads into the body, as in `flowSteps.2.config.script`; `step.index` counts in the step's own list. */
const validationIssue = z.looseObject({
  code: z.string(),
  message: z.string(),
  path: z.optional(z.string()),
  details: z.optional(jsonObject),
  step: z.optional(
    z.looseObject({ index: z.int(), name: z.string(), type: z.string(), id: z.optional(z.string()) }),
  ),
});

/** `valid` is false if there are errors, whatever else there is. */
export const flowValidation = z.looseObject({
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

/** 400 for what is no JSON object: the documented error with its code beside it. */
export const codedErrorBody = z.extend(errorBody, { code: z.optional(z.string()) });

export type ValidationIssue = z.infer<typeof validationIssue>;
export type FlowValidation = z.infer<typeof flowValidation>;
