import { type QueryClient, mutationOptions } from "@tanstack/react-query";
import type { FlowTagChange } from "#core/document/flow-tags.ts";
import { ApiError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { changeDeviceTags } from "#client/data/device/device-tags.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { areTagsKeptOnDevice } from "#client/data/queries/flow-tag-queries.ts";

/**
 * Adds and removes tags of a flow, on the server or, if the server stores no tags, in this browser. Returns
 * the tags after the change; a repeated request has the same result.
 */
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
  return (await callEndpoint("changeFlowTags", { params: { id }, body })).tags;
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
