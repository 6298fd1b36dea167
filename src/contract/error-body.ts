import * as z from "zod/mini";

/** `path` locates the invalid value in the request body, separated by dots: `flowSteps.0.type`. */
export const errorDetailSchema = z.looseObject({
  message: z.string(),
  path: z.optional(z.string()),
  code: z.optional(z.string()),
  suggestion: z.optional(z.string()),
});

export const errorBodySchema = z.looseObject({
  error: z.string(),
  details: z.optional(z.array(errorDetailSchema)),
});

export type ErrorDetail = z.infer<typeof errorDetailSchema>;
