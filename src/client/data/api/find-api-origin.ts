import type { QueryClient } from "@tanstack/react-query";
import { readStoredText, storeText } from "#client/storage/stored-text.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";

const STORAGE_KEY = "flowline.api";

/** The upstream in cloud mode. Falls back to the last known origin if the server does not respond. */
export async function findOriginOfFlowStoringApi(client: QueryClient): Promise<string> {
  try {
    const { upstream } = await client.ensureQueryData(serverCapabilityQueries.current());
    const origin = upstream ?? location.origin;
    storeText(STORAGE_KEY, origin);
    return origin;
  } catch {
    return readStoredText(STORAGE_KEY) ?? location.origin;
  }
}
