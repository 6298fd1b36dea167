import { queryOptions } from "@tanstack/react-query";
import type { RecordFilter } from "#contract/record.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { callApiFeature } from "./api-features.ts";
import { recordQueries } from "./record-queries.ts";

export const recordFilterQueries = {
  /** Counts the records that match a filter, with a few of them. */
  preview: (type: string, where: RecordFilter | undefined) =>
    queryOptions({
      queryKey: [...recordQueries.lists(), "filter", type, where] as const,
      queryFn: ({ client, signal }) => {
        const body = { type, ...(where && { where }) };
        return callApiFeature(client, "records", () => callEndpoint("previewFilter", { body, signal }));
      },
      retry: false,
    }),
};
