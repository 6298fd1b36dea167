import * as z from "zod/mini";

/** One reason for an error; `path` is dotted, as in `flowSteps.0.type`. */
export const errorDetail = z.looseObject({
  message: z.string(),
  path: z.optional(z.string()),
  code: z.optional(z.string()),
  suggestion: z.optional(z.string()),
});

/** The body of every answer from 400 up. */
export const errorBody = z.looseObject({
  error: z.string(),
  details: z.optional(z.array(errorDetail)),
});

export type ErrorDetail = z.infer<typeof errorDetail>;
