import * as z from "zod/mini";
import { jsonValue } from "./json.ts";

/** Names the tab that sends a write, so that it knows its own change when it hears of it. */
export const TAB_HEADER = "x-flowline-tab";

/** What a tab may call itself; a header that is anything else is ignored. */
export const TAB_ID = /^[\w-]{1,100}$/;

/** Who changed something. Both may be unknown: programs send no tab, and a key may have no name. */
const author = z.looseObject({ tabId: z.nullable(z.string()), key: z.nullable(z.string()) });

/** Created, changed or published; publishing leaves the revision and its token as they are. */
export const flowChanged = z.looseObject({
  id: z.string(),
  change: z.enum(["created", "updated", "published"]),
  revision: z.number(),
  versionToken: z.optional(z.string()),
  by: author,
});

export const flowDeleted = z.looseObject({ id: z.string(), by: author });

/** How far a batch is; told when a record ends, a few times a second at most, and when the batch does. */
export const batchProgress = z.looseObject({
  id: z.string(),
  flowId: z.nullable(z.string()),
  status: z.string(),
  totalRecords: z.number(),
  processedRecords: z.number(),
  failedRecords: z.number(),
});

/** Records of these types were written or deleted; all of them where there are none. */
export const recordsChanged = z.looseObject({ types: z.array(z.string()) });

/** What a `send-event` step sends. `payload` is left out where it is too long for the stream. */
export const flowEvent = z.looseObject({
  eventType: z.string(),
  payload: z.optional(jsonValue),
  flowId: z.nullable(z.string()),
  executionId: z.string(),
});

const nothing = z.looseObject({});

/**
 * Everything that `/local/events` sends, by name. A stream begins with `ready` (nothing after the named event is missing)
 * or `resync` (something may be: read again what is shown), which may come later too. `heartbeat` only says that the
 * stream is alive.
 */
export const serverEvents = {
  ready: nothing,
  resync: nothing,
  heartbeat: nothing,
  "flow.changed": flowChanged,
  "flow.deleted": flowDeleted,
  "batch.progress": batchProgress,
  "records.changed": recordsChanged,
  "flow.event": flowEvent,
};

/** `Last-Event-ID` for those who open a new stream and cannot set headers. */
export const streamEventsQuery = z.looseObject({ lastEventId: z.optional(z.string()) });

export type FlowChanged = z.infer<typeof flowChanged>;
export type FlowDeleted = z.infer<typeof flowDeleted>;
export type BatchProgress = z.infer<typeof batchProgress>;
export type RecordsChanged = z.infer<typeof recordsChanged>;
export type FlowEvent = z.infer<typeof flowEvent>;
