import type { QueryClient } from "@tanstack/react-query";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";

const STORAGE_KEY = "flowline.api";

/**
 * Returns the origin of the API that stores the flows: the upstream in cloud mode, otherwise this server.
 * Falls back to the last known origin if the server does not respond.
 */
export async function findOriginOfFlowStoringApi(client: QueryClient): Promise<string> {
  try {
    const { upstream } = await client.ensureQueryData(serverCapabilityQueries.current());
    const origin = upstream ?? location.origin;
    remember(origin);
    return origin;
  } catch {
    return recall() ?? location.origin;
  }
}

function remember(origin: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, origin);
  } catch {
    // Ignores full or blocked storage: without a stored origin, the next page reads the origin from the server.
  }
}

function recall(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
