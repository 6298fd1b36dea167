import * as z from "zod/mini";
import { STEP_ID_PATTERN } from "#core/document/step.ts";
import type { JsonObject } from "#core/json/json.ts";
import { errorBodySchema } from "./error-body.ts";
import { jsonObjectSchema, timestampSchema } from "./json.ts";
import { pageQueryParamSchemas, responsePaginationSchema } from "./pagination.ts";

/** The server rejects a body above `bytes` with 413, and other values above their limit with 400. */
export const FLOW_LIMITS = {
  bytes: 2 * 1024 * 1024,
  steps: 2000,
  name: 500,
  when: 500,
  tagsInRequest: 100,
} as const;

/** Lists of flows contain only the start of each description to stay small. */
export const MAX_LISTED_DESCRIPTION_LENGTH = 300;

/** Ids of the flows that come with a new store begin with this text. */
export const SAMPLE_FLOW_ID_PREFIX = "flow_sample";

export const STARTER_FLOW_NAME = "Order summary";

/** Maximum lengths in UTF-16 code units. */
export const MAX_VERSION_TEXT_LENGTHS = { label: 200, notes: 20_000 } as const;

const flowName = z.string().check(z.minLength(1), z.maxLength(FLOW_LIMITS.name));

/** Keeps unknown keys. The type, and whether it allows `config: null`, is validated separately. */
export const stepInRequestBodySchema = z.looseObject({
  type: z.string().check(z.minLength(1)),
  name: z.string().check(z.minLength(1)),
  id: z.optional(z.string().check(z.regex(STEP_ID_PATTERN, "1 to 128 letters, digits or _ - : ."))),
  order: z.optional(z.int().check(z.minimum(0))),
  enabled: z.optional(z.boolean()),
  when: z.optional(z.string().check(z.maxLength(FLOW_LIMITS.when))),
  config: z.optional(z.nullable(jsonObjectSchema)),
});

/** The number of steps first: reporting the errors of a million invalid steps takes half a minute. */
const stepList = z.pipe(
  z.array(z.unknown()).check(z.maxLength(FLOW_LIMITS.steps)),
  z.array(stepInRequestBodySchema),
);

export const createFlowBodySchema = z.looseObject({
  name: flowName,
  flowSteps: z.optional(stepList),
  steps: z.optional(stepList),
  description: z.optional(z.nullable(z.string())),
  sampleMetadata: z.optional(z.nullable(jsonObjectSchema)),
  tags: z.optional(z.array(z.string()).check(z.maxLength(FLOW_LIMITS.tagsInRequest))),
});

export const updateFlowBodySchema = z.looseObject({
  name: z.optional(flowName),
  flowSteps: z.optional(stepList),
  description: z.optional(z.nullable(z.string())),
  sampleMetadata: z.optional(z.nullable(jsonObjectSchema)),
});

export const publishFlowBodySchema = z.looseObject({
  label: z.optional(z.nullable(z.string().check(z.maxLength(MAX_VERSION_TEXT_LENGTHS.label)))),
  notes: z.optional(z.nullable(z.string().check(z.maxLength(MAX_VERSION_TEXT_LENGTHS.notes)))),
});

/** After a lost response, `saveKeys` of the flow show whether the save was stored. `If-Match` makes it idempotent. */
export const SAVE_KEY_HEADER = "x-flowline-save";

/** Response header of a save that failed before anything was written. */
export const NOTHING_WRITTEN_HEADER = "x-flowline-unwritten";

export const SAVE_KEY_PATTERN = /^[\w-]{1,64}$/;

/** Allows a save that may delete fields of steps that could not be read; refused with 428 without it. */
export const LENIENT_SAVE_HEADER = "x-flowline-lenient";

/** The end of the message of such a refusal. */
export const UNREAD_FIELDS_WARNING = "Saving could delete run conditions.";

export const PUBLISH_STATES = ["draft", "published", "changed"] as const;
export type PublishState = (typeof PUBLISH_STATES)[number];

export const FLOW_SORT_FIELDS = ["updatedAt", "name", "createdAt", "lastRunAt"] as const;
export type FlowSortField = (typeof FLOW_SORT_FIELDS)[number];

/** Maximum number of ids by which a list of flows can be filtered. */
export const MAX_LISTED_IDS = 200;

/** Value of `ids` that matches no flow: an empty value would not filter. */
export const NO_FLOW_IDS = "-";

export const listFlowsQuerySchema = z.object({
  ...pageQueryParamSchemas,
  search: z.optional(z.string()),
  status: z.optional(z.enum(PUBLISH_STATES)),
  sort: z.optional(z.enum(FLOW_SORT_FIELDS)),
  order: z.optional(z.enum(["asc", "desc"])),
  /** Only flows that have all these tags. The parameter is repeated. */
  tag: z.optional(z.array(z.string())),
  /** Only flows with these ids, separated by commas. */
  ids: z.optional(z.string()),
});

/** Other servers omit these, and the dashboard hides a feature if its field is absent. */
const flowExtensionFields = {
  status: z.optional(z.string()),
  description: z.optional(z.nullable(z.string())),
  publishedVersionId: z.optional(z.nullable(z.string())),
  publishedVersionNumber: z.optional(z.nullable(z.number())),
  hasUnpublishedChanges: z.optional(z.boolean()),
  revision: z.optional(z.number()),
  versionToken: z.optional(z.string()),
  tags: z.optional(z.array(z.string())),
};

/** `name` is cut to 60 characters, and absent from flows stored by servers of earlier versions. */
const lineNode = z.looseObject({ type: z.string(), enabled: z.boolean(), name: z.optional(z.string()) });

export const flowListItemSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
  lastRunAt: z.nullable(timestampSchema),
  ...flowExtensionFields,
  /** The start of the description, cut to {@link MAX_LISTED_DESCRIPTION_LENGTH}. */
  description: flowExtensionFields.description,
  lastRunStatus: z.optional(z.nullable(z.string())),
  lastRunRecords: z.optional(z.nullable(z.number())),
  lastRunFailedRecords: z.optional(z.nullable(z.number())),
  /** The last 20 runs that ended, oldest first, as letters: c completed, p partly failed, f failed, x cancelled. */
  recentOutcomes: z.optional(z.string()),
  /** Counts only top-level steps, as documented. `totalStepCount` and `disabledStepCount` include nested steps. */
  stepCount: z.optional(z.number()),
  totalStepCount: z.optional(z.number()),
  disabledStepCount: z.optional(z.number()),
  line: z.optional(z.array(lineNode)),
});

export const flowPageSchema = z.looseObject({
  data: z.array(flowListItemSchema),
  pagination: responsePaginationSchema,
});

export const flowSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
  userId: z.string(),
  organizationId: z.nullable(z.string()),
  // Does not validate the steps: a step without the documented fields can still be shown, moved and saved.
  flowSteps: z.array(jsonObjectSchema),
  lastRunAt: z.optional(z.nullable(timestampSchema)),
  stepCount: z.optional(z.number()),
  totalStepCount: z.optional(z.number()),
  disabledStepCount: z.optional(z.number()),
  sampleMetadata: z.optional(jsonObjectSchema),
  dashboardUrl: z.optional(z.string()),
  draftVersionId: z.optional(z.nullable(z.string())),
  ...flowExtensionFields,
  /** Idempotency keys of the latest saves, newest first; null for a save that sent none. */
  saveKeys: z.optional(z.array(z.nullable(z.string()))),
  /**
   * In cloud mode: why fields of steps may be missing, and fields that the API returned with two values. `path`
   * leads from the step to the field.
   */
  stepFields: z.optional(
    z.looseObject({
      problem: z.optional(z.string()),
      differences: z.array(
        z.looseObject({ step: jsonObjectSchema, path: z.array(z.union([z.string(), z.number()])) }),
      ),
    }),
  ),
  /** Whether the server could not keep all numbers exactly, so that the flow must not be written back. */
  hasInexactNumbers: z.optional(z.boolean()),
});

/** Returns undefined also for an empty object, which servers return for a flow without sample data. */
export function getStoredSampleData({
  sampleMetadata,
}: Pick<Flow, "sampleMetadata">): JsonObject | undefined {
  return sampleMetadata && Object.keys(sampleMetadata).length > 0 ? sampleMetadata : undefined;
}

/** Lists the keys of a flow that the schema of a flow does not have. */
export function listUnknownFlowFields(flow: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(flow).filter((key) => !Object.hasOwn(flowSchema.shape, key));
}

/** A schedule that a publish paused, because its runs have scopes that the publisher lacks. */
export const pausedScheduleSchema = z.looseObject({
  id: z.string(),
  name: z.nullable(z.string()),
  missingScopes: z.array(z.string()),
});

export type PausedSchedule = z.infer<typeof pausedScheduleSchema>;

export const publishFlowResponseSchema = z.looseObject({
  success: z.boolean(),
  message: z.string(),
  publishedVersionId: z.string(),
  pausedSchedules: z.optional(z.array(pausedScheduleSchema)),
});

/** The flow changed after the client read the token in `If-Match`. `current` is the stored flow. */
export const staleFlowErrorSchema = z.extend(errorBodySchema, { current: flowSchema });

export type Flow = z.infer<typeof flowSchema>;
export type FlowListItem = z.infer<typeof flowListItemSchema>;
export type ListFlowsQuery = z.infer<typeof listFlowsQuerySchema>;
export type CreateFlowBody = z.infer<typeof createFlowBodySchema>;
export type UpdateFlowBody = z.infer<typeof updateFlowBodySchema>;
export type PublishFlowBody = z.infer<typeof publishFlowBodySchema>;
