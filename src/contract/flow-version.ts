import * as z from "zod/mini";
import { pausedScheduleSchema } from "./flow.ts";
import { jsonObjectSchema, timestampSchema } from "./json.ts";

export const VERSION_TYPES = ["published", "draft", "test", "virtual"] as const;

/** Without the additions `limit` and `cursor`, the response lists all versions, as documented. */
export const listVersionsQuerySchema = z.object({
  type: z.optional(z.enum(VERSION_TYPES)),
  limit: z.optional(z.string().check(z.regex(/^-?\d+$/, "a whole number"))),
  cursor: z.optional(z.string()),
});

/** Name of the API key; null if the key has no name. An addition to the documented API. */
const createdBy = z.optional(z.nullable(z.string()));

const changeCounts = z.looseObject({
  added: z.number(),
  removed: z.number(),
  moved: z.number(),
  switched: z.number(),
  edited: z.number(),
});

const versionListItem = z.looseObject({
  id: z.string(),
  versionNumber: z.number(),
  // Accepts any text instead of an enum, because a newer server can send other types.
  versionType: z.string(),
  label: z.nullable(z.string()),
  notes: z.nullable(z.string()),
  stepSummary: z.nullable(z.string()),
  stepCount: z.number(),
  totalStepCount: z.optional(z.number()),
  createdAt: timestampSchema,
  createdBy,
  changes: z.optional(z.nullable(changeCounts)),
});

export const versionListSchema = z.looseObject({
  flowId: z.string(),
  publishedVersionId: z.nullable(z.string()),
  versions: z.array(versionListItem),
  pagination: z.optional(
    z.looseObject({ limit: z.number(), hasMore: z.boolean(), nextCursor: z.nullable(z.string()) }),
  ),
});

/** A stored version. `flowConfig` is `{name, flowSteps}`; some servers send `steps` in place of `flowSteps`. */
export const flowVersionSchema = z.looseObject({
  id: z.string(),
  flowId: z.string(),
  versionNumber: z.number(),
  versionType: z.string(),
  flowConfig: z.nullable(jsonObjectSchema),
  label: z.nullable(z.string()),
  notes: z.nullable(z.string()),
  createdAt: timestampSchema,
  createdBy,
});

export const publishVersionBodySchema = z.looseObject({ versionId: z.string().check(z.minLength(1)) });

export const publishedVersionSchema = z.looseObject({
  success: z.boolean(),
  message: z.string(),
  flowId: z.string(),
  versionId: z.string(),
  pausedSchedules: z.optional(z.array(pausedScheduleSchema)),
});

/** The dates are always null, because steps are stored inside their flow. */
export const flowStepListResponseSchema = z.looseObject({
  flowId: z.string(),
  flowName: z.string(),
  data: z.array(
    z.looseObject({
      id: z.string(),
      flowId: z.string(),
      type: z.string(),
      order: z.number(),
      enabled: z.boolean(),
      config: jsonObjectSchema,
      userId: z.string(),
      name: z.optional(z.string()),
      when: z.optional(z.string()),
      createdAt: z.null(),
      updatedAt: z.null(),
    }),
  ),
});

export const runtimeFlowExportSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: z.optional(z.nullable(z.string())),
  steps: z.array(jsonObjectSchema),
});

export type FlowVersionListItem = z.infer<typeof versionListItem>;
export type FlowVersion = z.infer<typeof flowVersionSchema>;
