import * as z from "zod/mini";
import { jsonObject, jsonValue, timestamp } from "./json.ts";
import { pageQuery, pagination } from "./pagination.ts";

/** Bounds of what a flow may hold; a body past `bytes` is answered with 413, the others with 400. */
export const FLOW_LIMITS = { bytes: 2 * 1024 * 1024, steps: 2000, name: 500, when: 500 } as const;

/** Letters of what a person may say of a version. */
export const VERSION_LIMITS = { label: 200, notes: 20_000 } as const;

const flowName = z.string().check(z.minLength(1), z.maxLength(FLOW_LIMITS.name));

/** A step as a client writes it. Keys that are not listed are kept. The type is checked apart, against the catalogue. */
export const stepInput = z.looseObject({
  type: z.string().check(z.minLength(1)),
  name: z.string().check(z.minLength(1)),
  id: z.optional(
    z.string().check(z.regex(/^[A-Za-z0-9_\-:.]{1,128}$/, "1 to 128 letters, digits or _ - : .")),
  ),
  order: z.optional(z.int().check(z.minimum(0))),
  enabled: z.optional(z.boolean()),
  when: z.optional(z.string().check(z.maxLength(FLOW_LIMITS.when))),
  config: z.optional(jsonObject),
});

/** Counted before any step is looked at: to word what is wrong with a million of them takes half a minute. */
const stepList = z.pipe(z.array(z.unknown()).check(z.maxLength(FLOW_LIMITS.steps)), z.array(stepInput));

export const createFlowBody = z.looseObject({
  name: flowName,
  flowSteps: z.optional(stepList),
  steps: z.optional(stepList),
  description: z.optional(z.nullable(z.string())),
});

export const updateFlowBody = z.looseObject({
  name: z.optional(flowName),
  flowSteps: z.optional(stepList),
  description: z.optional(z.nullable(z.string())),
});

export const publishFlowBody = z.looseObject({
  label: z.optional(z.nullable(z.string().check(z.maxLength(VERSION_LIMITS.label)))),
  notes: z.optional(z.nullable(z.string().check(z.maxLength(VERSION_LIMITS.notes)))),
});

/**
 * Names a save ({@link SAVE_KEY}), so that a client whose answer was lost can tell from `saveKeys` whether it was written.
 * It does not make a repeated `PUT` one: `If-Match` does.
 */
export const SAVE_HEADER = "x-flowline-save";

/** What a save may be called; a header that is anything else is ignored. */
export const SAVE_KEY = /^[\w-]{1,64}$/;

/** Where a flow stands. Only servers that count versions know the last one. */
export const PUBLISH_STATES = ["draft", "published", "changed"] as const;
export type PublishState = (typeof PUBLISH_STATES)[number];

export const FLOW_SORTS = ["updatedAt", "name", "createdAt", "lastRunAt"] as const;
export type FlowSort = (typeof FLOW_SORTS)[number];

export const listFlowsQuery = z.object({
  ...pageQuery,
  search: z.optional(z.string()),
  status: z.optional(z.enum(PUBLISH_STATES)),
  sort: z.optional(z.enum(FLOW_SORTS)),
  order: z.optional(z.enum(["asc", "desc"])),
});

/** What only this project's server adds to a flow; absent on any other, and then not shown. */
const flowExtras = {
  status: z.optional(z.string()),
  description: z.optional(z.nullable(z.string())),
  publishedVersionId: z.optional(z.nullable(z.string())),
  publishedVersionNumber: z.optional(z.nullable(z.number())),
  hasUnpublishedChanges: z.optional(z.boolean()),
  revision: z.optional(z.number()),
  versionToken: z.optional(z.string()),
};

/** One station of a flow's line. */
const lineStation = z.looseObject({ type: z.string(), enabled: z.boolean() });

export const flowListItem = z.looseObject({
  id: z.string(),
  name: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
  lastRunAt: z.nullable(timestamp),
  ...flowExtras,
  lastRunStatus: z.optional(z.nullable(z.string())),
  stepCount: z.optional(z.number()),
  disabledStepCount: z.optional(z.number()),
  line: z.optional(z.array(lineStation)),
});

export const flowPage = z.looseObject({ data: z.array(flowListItem), pagination });

export const flow = z.looseObject({
  id: z.string(),
  name: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
  userId: z.string(),
  organizationId: z.nullable(z.string()),
  // As they come: a step that lacks what the API documents is still shown, moved and saved.
  flowSteps: z.array(jsonObject),
  lastRunAt: z.optional(z.nullable(timestamp)),
  stepCount: z.optional(z.number()),
  sampleMetadata: z.optional(jsonObject),
  dashboardUrl: z.optional(z.string()),
  draftVersionId: z.optional(z.nullable(z.string())),
  ...flowExtras,
  /** The keys of the newest saves, one for each revision, the newest first; null for a save that gave none. */
  saveKeys: z.optional(z.array(z.nullable(z.string()))),
});

/** The answer to a publish of the draft. */
export const publishedFlow = z.looseObject({
  success: z.boolean(),
  message: z.string(),
  publishedVersionId: z.string(),
});

/** 412: the flow moved on since the token in `If-Match` was read; `current` is what it is now. */
export const staleFlow = z.looseObject({ error: z.string(), details: z.optional(jsonValue), current: flow });

export type Flow = z.infer<typeof flow>;
export type FlowListItem = z.infer<typeof flowListItem>;
export type ListFlowsQuery = z.infer<typeof listFlowsQuery>;
export type CreateFlowBody = z.infer<typeof createFlowBody>;
export type UpdateFlowBody = z.infer<typeof updateFlowBody>;
export type PublishFlowBody = z.infer<typeof publishFlowBody>;
