import * as z from "zod/mini";
import { jsonObject, timestamp } from "./json.ts";

const VERSION_TYPES = ["published", "draft", "test", "virtual"] as const;

/** `type` filters; `limit` and `cursor` are extras: without them all versions are answered, as documented. */
export const listVersionsQuery = z.object({
  type: z.optional(z.enum(VERSION_TYPES)),
  limit: z.optional(z.string().check(z.regex(/^-?\d+$/, "a whole number"))),
  cursor: z.optional(z.string()),
});

const versionListItem = z.looseObject({
  id: z.string(),
  versionNumber: z.number(),
  versionType: z.enum(VERSION_TYPES),
  label: z.nullable(z.string()),
  notes: z.nullable(z.string()),
  stepSummary: z.nullable(z.string()),
  stepCount: z.number(),
  createdAt: timestamp,
});

export const versionList = z.looseObject({
  flowId: z.string(),
  publishedVersionId: z.nullable(z.string()),
  versions: z.array(versionListItem),
});

/** One version; `flowConfig` is `{name, flowSteps}` (some servers write `steps`). */
export const flowVersion = z.looseObject({
  id: z.string(),
  flowId: z.string(),
  versionNumber: z.number(),
  versionType: z.enum(VERSION_TYPES),
  flowConfig: z.nullable(jsonObject),
  label: z.nullable(z.string()),
  notes: z.nullable(z.string()),
  createdAt: timestamp,
});

export const publishVersionBody = z.looseObject({ versionId: z.string().check(z.minLength(1)) });

export const publishedVersion = z.looseObject({
  success: z.boolean(),
  message: z.string(),
  flowId: z.string(),
  versionId: z.string(),
});

/** `GET /v1/flow-steps/flow/:flowId`: the dates are always null, since steps live inside their flow. */
export const flowStepList = z.looseObject({
  flowId: z.string(),
  flowName: z.string(),
  data: z.array(
    z.looseObject({
      id: z.string(),
      flowId: z.string(),
      type: z.string(),
      order: z.number(),
      enabled: z.boolean(),
      config: jsonObject,
      userId: z.string(),
      name: z.optional(z.string()),
      when: z.optional(z.string()),
      createdAt: z.null(),
      updatedAt: z.null(),
    }),
  ),
});
