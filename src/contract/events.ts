import * as z from "zod/mini";
import type { EndpointDefinition } from "./endpoint.ts";
import { errorBodySchema } from "./error-body.ts";
import { jsonValueSchema } from "./json.ts";

export const TAB_ID_PATTERN = /^[\w-]{1,100}$/;

/** `tabId` is null for changes by API clients; `key` is null if the API key has no name. */
const author = z.looseObject({ tabId: z.nullable(z.string()), key: z.nullable(z.string()) });

/** After a publish, the revision and the version token are unchanged, so they cannot identify the event. */
export const flowChangedSchema = z.looseObject({
  id: z.string(),
  change: z.enum(["created", "updated", "published"]),
  /** Absent in cloud mode, since the connected API counts no revisions. */
  revision: z.optional(z.number()),
  versionToken: z.optional(z.string()),
  by: author,
});

/** Does not change the flow's definition. */
export const flowTaggedSchema = z.looseObject({ id: z.string(), tags: z.array(z.string()), by: author });

export const flowDeletedSchema = z.looseObject({ id: z.string(), by: author });

/** Progress of a batch, sent at most a few times a second while records finish, and when the batch ends. */
export const batchProgressSchema = z.looseObject({
  id: z.string(),
  flowId: z.nullable(z.string()),
  status: z.string(),
  totalRecords: z.number(),
  processedRecords: z.number(),
  failedRecords: z.number(),
});

/** `types` lists the record types that changed; an empty list means that records of any type may have changed. */
export const recordsChangedSchema = z.looseObject({ types: z.array(z.string()) });

/** `payload` is absent if too long. An event with the `id` of an earlier one repeats it. */
export const customFlowEventSchema = z.looseObject({
  id: z.optional(z.string()),
  eventType: z.string(),
  payload: z.optional(jsonValueSchema),
  flowId: z.nullable(z.string()),
  executionId: z.string(),
});

const noData = z.looseObject({});

/** Begins with `ready` or, if events may be missing, `resync`, which can also be sent later. */
export const serverEventSchemas = {
  ready: noData,
  resync: noData,
  heartbeat: noData,
  "flow.changed": flowChangedSchema,
  "flow.deleted": flowDeletedSchema,
  "flow.tagged": flowTaggedSchema,
  "batch.progress": batchProgressSchema,
  "records.changed": recordsChangedSchema,
  /** By requests; the runs that alerts and schedules show too have events of their own. */
  "alerts.changed": noData,
  "schedules.changed": noData,
  "flow.event": customFlowEventSchema,
};

/** In place of headers, which browsers cannot set on event streams. */
export const streamEventsQuerySchema = z.looseObject({
  lastEventId: z.optional(z.string()),
  identity: z.optional(z.string()),
});

export type FlowChangedPayload = z.infer<typeof flowChangedSchema>;
export type FlowTaggedPayload = z.infer<typeof flowTaggedSchema>;
export type FlowDeletedPayload = z.infer<typeof flowDeletedSchema>;
export type BatchProgressPayload = z.infer<typeof batchProgressSchema>;
export type RecordsChangedPayload = z.infer<typeof recordsChangedSchema>;
export type CustomFlowEventPayload = z.infer<typeof customFlowEventSchema>;

export const eventEndpoints = {
  streamEvents: {
    method: "GET",
    path: "/local/events",
    summary: "Stream change events",
    scope: "FLOWS:READ",
    query: streamEventsQuerySchema,
    answers: {},
    events: serverEventSchemas,
    errors: { 404: errorBodySchema, 503: errorBodySchema },
  },
} as const satisfies Record<string, EndpointDefinition>;
