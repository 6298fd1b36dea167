import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { FlowRecord } from "#contract/record.ts";
import type { JsonObject } from "#core/json.ts";
import { changesNumbers } from "#core/json-text.ts";
import { callEndpoint, callEndpointForText } from "./call-endpoint.ts";
import { listPages } from "./list-pages.ts";

/** Which records a list shows; absent means all of them. */
export interface RecordFilters {
  readonly type?: string | undefined;
  readonly search?: string | undefined;
}

export interface RecordRead {
  readonly record: FlowRecord;
  /** True where `JSON.parse` changed a number of the answer: saving the metadata would write the changed one. */
  readonly isInexact: boolean;
}

/** Step results in one page. */
const RESULTS = 50;

export const recordQueries = {
  all: () => ["records"] as const,
  lists: () => [...recordQueries.all(), "list"] as const,

  /** The types there are with how many records each has: an extra of this project's own server. */
  types: () =>
    queryOptions({
      queryKey: [...recordQueries.lists(), "types"] as const,
      queryFn: async ({ signal }) => (await callEndpoint("listRecordTypes", { signal })).data,
    }),

  /** Elsewhere: the types of what changed last. There may be more. */
  latestTypes: () =>
    queryOptions({
      queryKey: [...recordQueries.lists(), "latest types"] as const,
      queryFn: async ({ signal }) => {
        const { data } = await callEndpoint("listRecords", { query: { limit: "100" }, signal });
        return [...new Set(data.map(({ type }) => type))].toSorted();
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
      ...listPages,
    }),

  detail: (id: string) =>
    queryOptions({
      queryKey: [...recordQueries.all(), "detail", id] as const,
      queryFn: async ({ signal }): Promise<RecordRead> => {
        const { value, text } = await callEndpointForText("getRecord", { params: { id }, signal });
        return { record: value, isInexact: changesNumbers(text, value as unknown as JsonObject) };
      },
    }),

  /** What steps did with a record, the last first. */
  stepResults: (id: string) =>
    infiniteQueryOptions({
      queryKey: [...recordQueries.all(), "step results", id] as const,
      queryFn: ({ pageParam, signal }) => {
        const query = { limit: String(RESULTS), offset: String(pageParam), sortBy: "createdAt" } as const;
        return callEndpoint("listRecordStepResults", { params: { id }, query, signal });
      },
      initialPageParam: 0,
      getNextPageParam: ({ pagination }) =>
        pagination.hasMore ? pagination.offset + pagination.returned : undefined,
    }),
};

/** Where the browser gets the records of a list as a CSV file. */
export function exportAddress({ type, search }: RecordFilters): string {
  const query = new URLSearchParams({ ...(type && { type }), ...(search && { search }) });
  return query.size > 0 ? `/v1/records/export?${query}` : "/v1/records/export";
}
