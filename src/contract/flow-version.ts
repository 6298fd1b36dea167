import * as z from "zod/mini";
import { jsonObject, timestamp } from "./json.ts";

const VERSION_TYPES = ["published", "draft", "test", "virtual"] as const;

/** `type` filters; `limit` and `cursor` are extras: without them all versions are answered, as documented. */
export const listVersionsQuery = z.object({
  type: z.optional(z.enum(VERSION_TYPES)),
  limit: z.optional(z.string().check(z.regex(/^-?\d+$/, "a whole number"))),
  cursor: z.optional(z.string()),
});

/** What this project's server counts when a version is made: how it differs from the one before. */
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
  // A newer program may know more types than this one.
  versionType: z.string(),
  label: z.nullable(z.string()),
  notes: z.nullable(z.string()),
  stepSummary: z.nullable(z.string()),
  stepCount: z.number(),
  createdAt: timestamp,
  changes: z.optional(z.nullable(changeCounts)),
});

export const versionList = z.looseObject({
  flowId: z.string(),
  publishedVersionId: z.nullable(z.string()),
  versions: z.array(versionListItem),
  /** Where a page was asked for. */
  pagination: z.optional(
    z.looseObject({ limit: z.number(), hasMore: z.boolean(), nextCursor: z.nullable(z.string()) }),
  ),
});

/** One version; `flowConfig` is `{name, flowSteps}` (some servers write `steps`). */
export const flowVersion = z.looseObject({
  id: z.string(),
  flowId: z.string(),
  versionNumber: z.number(),
  // A newer program may know more types than this one.
  versionType: z.string(),
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

/** A flow for a runtime that has nothing else: the steps as they are stored. */
export const runtimeFlow = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: z.optional(z.nullable(z.string())),
  steps: z.array(jsonObject),
});

export type VersionListItem = z.infer<typeof versionListItem>;
export type FlowVersion = z.infer<typeof flowVersion>;
