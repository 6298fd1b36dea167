import { mutationOptions } from "@tanstack/react-query";
import { type FlowRecord, RECORD_LIMITS } from "#contract/record.ts";
import { callEndpoint } from "./call-endpoint.ts";
import { mintId } from "./mint-id.ts";
import { recordQueries } from "./record-queries.ts";
import { type RecordBody, writeRecord } from "./write-record.ts";

const meta = { invalidates: [recordQueries.lists()] };

/** Writes on records; importing is elsewhere. */
export const recordMutations = {
  create: () =>
    mutationOptions({
      mutationFn: (body: Required<RecordBody>) =>
        callEndpoint("createRecord", { body, idempotencyKey: mintId("create") }),
      meta,
    }),

  /** A `RecordChangedError` where somebody else has changed the same meanwhile; see `writeRecord`. */
  update: (seen: FlowRecord) =>
    mutationOptions({
      scope: { id: `record:${seen.id}` },
      mutationFn: (body: RecordBody) => writeRecord(seen, body),
      meta: { invalidates: [recordQueries.lists(), recordQueries.detail(seen.id).queryKey] },
    }),

  rename: (seen: FlowRecord) =>
    mutationOptions({
      mutationKey: ["renameRecord", seen.id],
      scope: { id: `record:${seen.id}` },
      mutationFn: (name: string) => writeRecord(seen, { name }),
      meta: { invalidates: [recordQueries.lists(), recordQueries.detail(seen.id).queryKey] },
    }),

  /** Those that are gone already count as deleted. */
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
