import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { FlowRecord } from "#contract/record.ts";
import type { JsonObject } from "#core/json/json.ts";
import { hasInexactNumbers } from "#core/json/unstorable-json-value.ts";
import { callEndpoint, callEndpointForValueAndText } from "#client/data/api/call-endpoint.ts";
import { hasNoNewRow, infiniteListQueryOptions, listRowIds } from "./list-pages.ts";

export interface RecordFilters {
  readonly type?: string | undefined;
  readonly search?: string | undefined;
}

export interface RecordQueryData {
  readonly record: FlowRecord;
  /** Whether `JSON.parse` changed a number. Saving the metadata would then write the changed number. */
  readonly isInexact: boolean;
}

const PAGE_SIZE = 50;

export const recordQueries = {
  all: () => ["records"] as const,
  lists: () => [...recordQueries.all(), "list"] as const,

  types: () =>
    queryOptions({
      queryKey: [...recordQueries.lists(), "types"] as const,
      queryFn: async ({ client, signal }) => {
        const { callApiFeature } = await import("./api-features.ts");
        return (await callApiFeature(client, "records", () => callEndpoint("listRecordTypes", { signal })))
          .data;
      },
    }),

  list: (filters: RecordFilters) =>
    infiniteQueryOptions({
      queryKey: [...recordQueries.lists(), filters] as const,
      queryFn: ({ pageParam, signal }) =>
        callEndpoint("listRecords", {
          query: { ...filters, ...pageParam, limit: "100", includeCount: "true" },
          signal,
        }),
      ...infiniteListQueryOptions,
    }),

  /** One record of the type; null if there is none. */
  sample: (type: string) =>
    queryOptions({
      queryKey: [...recordQueries.lists(), "sample", type] as const,
      queryFn: async ({ signal }) =>
        (await callEndpoint("listRecords", { query: { type, limit: "1" }, signal })).data[0] ?? null,
    }),

  detail: (id: string) =>
    queryOptions({
      queryKey: [...recordQueries.all(), "detail", id] as const,
      queryFn: async ({ signal }): Promise<RecordQueryData> => {
        const { value, text } = await callEndpointForValueAndText("getRecord", { params: { id }, signal });
        return { record: value, isInexact: hasInexactNumbers(text, value as unknown as JsonObject) };
      },
    }),

  stepResults: (id: string) =>
    infiniteQueryOptions({
      queryKey: [...recordQueries.all(), "step results", id] as const,
      queryFn: async ({ client, pageParam, signal }) => {
        const query = { limit: String(PAGE_SIZE), offset: String(pageParam), sortBy: "createdAt" } as const;
        const { callApiFeature } = await import("./api-features.ts");
        return callApiFeature(
          client,
          "recordResults",
          () => callEndpoint("listRecordStepResults", { params: { id }, query, signal }),
          { isSubjectThere: () => callEndpoint("getRecord", { params: { id } }).then(() => true) },
        );
      },
      initialPageParam: 0,
      getNextPageParam: (page, pages) => {
        const { hasMore, offset, returned } = page.pagination;
        const isEnd = !hasMore || hasNoNewRow(page, pages, listRowIds);
        return isEnd ? undefined : offset + returned;
      },
    }),
};

export function buildRecordExportUrl({ type, search }: RecordFilters): string {
  const query = new URLSearchParams({ ...(type && { type }), ...(search && { search }) });
  return query.size > 0 ? `/v1/records/export?${query}` : "/v1/records/export";
}
