import { type QueryClient, mutationOptions } from "@tanstack/react-query";
import type { FlowTagChange } from "#core/document/flow-tags.ts";
import { ApiError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { changeDeviceTags } from "#client/data/device/device-tags.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { areTagsKeptOnDevice, flowQueries } from "#client/data/queries/flow-queries.ts";

/** In this browser if the server stores no tags. A repeated request has the same result. */
export async function changeTagsOfFlow(
  client: QueryClient,
  id: string,
  { add = [], remove = [] }: FlowTagChange,
): Promise<readonly string[]> {
  if (areTagsKeptOnDevice(client)) {
    const tags = changeDeviceTags(id, { add, remove });
    // Throws the error of a server, so that single and bulk edits describe the failure in the same way.
    if (!tags) throw new ApiError(409, "The browser’s storage is full or blocked.");
    return tags;
  }
  const body = { add: [...add], remove: [...remove] };
  try {
    return (await callEndpoint("changeFlowTags", { params: { id }, body })).tags;
  } catch (error) {
    // If the store has failed since the page was loaded, this browser keeps the tags from now on.
    if (error instanceof ApiError && error.details[0]?.code === "STORE_UNAVAILABLE")
      void client.invalidateQueries({ queryKey: serverCapabilityQueries.current().queryKey });
    throw error;
  }
}

export const flowTagMutations = {
  change: (id: string) =>
    mutationOptions({
      mutationKey: ["changeFlowTags", id],
      scope: { id: `flow tags:${id}` },
      mutationFn: (change: FlowTagChange, { client }) => changeTagsOfFlow(client, id, change),
      meta: { invalidates: [flowQueries.lists(), flowQueries.detail(id).queryKey] },
    }),
};
