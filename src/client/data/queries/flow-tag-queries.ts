import { queryOptions } from "@tanstack/react-query";
import type { FlowTagList } from "#contract/flow-tags.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { countDeviceTags } from "#client/data/device/device-tags.ts";
import { areTagsKeptOnDevice, flowQueries } from "./flow-queries.ts";

export const flowTagQueries = {
  /**
   * Queries the tags in use with the number of their flows, most used first. The key is below that of the
   * lists, so that a refetch of the lists includes the tags. `search` finds tags beyond the most used ones.
   */
  list: (search = "") =>
    queryOptions({
      queryKey: [...flowQueries.lists(), "tags", search] as const,
      queryFn: async ({ client, signal }): Promise<FlowTagList> =>
        areTagsKeptOnDevice(client)
          ? { tags: [...countDeviceTags()], hasMore: false }
          : callEndpoint("listFlowTags", { query: { search }, signal }),
    }),
};
