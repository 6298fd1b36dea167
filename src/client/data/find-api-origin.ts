import type { QueryClient } from "@tanstack/react-query";
import { capabilityQueries } from "./capability-queries.ts";

/** Where the API is that holds the flows. A server that passes requests on may pass them elsewhere another day. */
export async function findApiOrigin(client: QueryClient): Promise<string> {
  const server = await client.ensureQueryData(capabilityQueries.current()).catch(() => undefined);
  return server?.upstream ?? location.origin;
}
