import type { QueryClient } from "@tanstack/react-query";
import type { VersionListItem } from "#contract/flow-version.ts";
import { versionQueries } from "#client/data/version-queries.ts";

/** The newest version that is older than the one of this number, from what has been read of the list, else from the server. */
export async function findVersionBefore(
  client: QueryClient,
  flowId: string,
  versionNumber: number,
): Promise<VersionListItem | null> {
  const read = client.getQueryData(versionQueries.list(flowId, undefined).queryKey);
  const known = read?.pages
    .flatMap(({ versions }) => versions)
    .find((version) => version.versionNumber < versionNumber);
  return known ?? client.query(versionQueries.before(flowId, versionNumber));
}
