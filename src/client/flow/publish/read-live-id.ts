import type { QueryClient } from "@tanstack/react-query";
import { versionQueries } from "#client/data/version-queries.ts";
import type { LiveComparison } from "#client/flow/use-live-comparison.ts";

/**
 * The version that is live now; null where none is, and undefined where that cannot be found out: then the server's own
 * check has to do.
 */
export async function readLiveId(client: QueryClient, flowId: string): Promise<string | null | undefined> {
  try {
    const read = await client.query({ ...versionQueries.published(flowId), staleTime: 0 });
    return read?.version.id ?? null;
  } catch {
    return undefined;
  }
}

/** The version that was compared with as the live one; null where none is live, undefined where that is not known. */
export function liveIdOf(comparison: LiveComparison): string | null | undefined {
  switch (comparison.type) {
    case "known":
    case "unreadable":
      return comparison.live.id;
    case "nothing-live":
      return null;
    case "loading":
    case "failed":
      return undefined;
  }
}
