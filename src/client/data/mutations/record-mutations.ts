import { mutationOptions } from "@tanstack/react-query";
import { type FlowRecord, RECORD_LIMITS } from "#contract/record.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import { recordQueries } from "#client/data/queries/record-queries.ts";
import { type RecordUpdateRequestBody, updateUnchangedRecord } from "#client/data/api/update-record.ts";

const meta = { invalidates: [recordQueries.lists()] };

export const recordMutations = {
  create: () =>
    mutationOptions({
      mutationFn: (body: Required<RecordUpdateRequestBody>) =>
        callEndpoint("createRecord", { body, idempotencyKey: createSortableId("create") }),
      meta,
    }),

  update: (seen: FlowRecord) =>
    mutationOptions({
      scope: { id: `record:${seen.id}` },
      mutationFn: (body: RecordUpdateRequestBody) => updateUnchangedRecord(seen, body),
      meta: { invalidates: [recordQueries.lists(), recordQueries.detail(seen.id).queryKey] },
    }),

  rename: (seen: FlowRecord) =>
    mutationOptions({
      mutationKey: ["renameRecord", seen.id],
      scope: { id: `record:${seen.id}` },
      mutationFn: (name: string) => updateUnchangedRecord(seen, { name }),
      meta: { invalidates: [recordQueries.lists(), recordQueries.detail(seen.id).queryKey] },
    }),

  /** Deletes records; records that no longer exist count as deleted. */
  remove: () =>
    mutationOptions({
      mutationFn: async (ids: readonly string[]) => {
        for (let from = 0; from < ids.length; from += RECORD_LIMITS.ids) {
          const part = ids.slice(from, from + RECORD_LIMITS.ids);
          await callEndpoint("deleteRecords", { body: { ids: part } });
        }
      },
      meta,
    }),
};

/** Starts the deletion synchronously, because the page is closing; the next page load reports the outcome. */
export function deleteRecordsOnPageExit(ids: readonly string[]): void {
  for (let from = 0; from < ids.length; from += RECORD_LIMITS.ids) {
    const part = ids.slice(from, from + RECORD_LIMITS.ids);
    callEndpoint("deleteRecords", { body: { ids: part }, keepalive: true }).catch(() => undefined);
  }
}
