import type { QueryClient } from "@tanstack/react-query";
import { capabilityQueries } from "./capability-queries.ts";

const STORAGE_KEY = "flowline.api";

/**
 * Where the API is that holds the flows. A server that passes requests on may pass them elsewhere another day; where it
 * does not say, it is taken to be as it was when it last did.
 */
export async function findApiOrigin(client: QueryClient): Promise<string> {
  try {
    const { upstream } = await client.ensureQueryData(capabilityQueries.current());
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
    // Storage is full or blocked: the next page asks again.
  }
}

function recall(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
