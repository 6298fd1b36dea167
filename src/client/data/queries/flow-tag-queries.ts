import { queryOptions } from "@tanstack/react-query";
import type { FlowTagList } from "#contract/flow-tags.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { countDeviceTags } from "#client/data/device/device-tags.ts";
import { areTagsKeptOnDevice, flowQueries } from "./flow-queries.ts";

export const flowTagQueries = {
  /** Below the key of the lists, so that a refetch of those includes the tags. `search` finds rarer tags. */
  list: (search = "") =>
    queryOptions({
      queryKey: [...flowQueries.lists(), "tags", search] as const,
      queryFn: async ({ client, signal }): Promise<FlowTagList> =>
        areTagsKeptOnDevice(client)
          ? { tags: [...countDeviceTags()], hasMore: false }
          : callEndpoint("listFlowTags", { query: { search }, signal }),
    }),
};
