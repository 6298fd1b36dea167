import { accountEndpoints } from "./account-endpoints.ts";
import { batchEndpoints } from "./batch-endpoints.ts";
import type { RealApiEndpoint } from "./endpoint.ts";
import { flowEndpoints } from "./flow-endpoints.ts";
import { recordEndpoints } from "./record-endpoints.ts";
import { runEndpoints } from "./run-endpoints.ts";
import { scheduleEndpoints } from "./schedule-endpoints.ts";

// Paths with fewer parameters come first: `/v1/records/schema` also matches `/v1/records/:id`.
const ENDPOINTS: readonly RealApiEndpoint[] = [
  ...flowEndpoints,
  ...recordEndpoints,
  ...runEndpoints,
  ...batchEndpoints,
  ...scheduleEndpoints,
  ...accountEndpoints,
].toSorted((one, other) => countParameters(one.path) - countParameters(other.path));

function countParameters(path: string): number {
  return path.split(":").length;
}

/** Finds the documented endpoint of a request, with the values of its path parameters. */
export function findRealApiEndpoint(method: string, path: string) {
  const segments = path.split("/");
  for (const endpoint of ENDPOINTS) {
    const pattern = endpoint.path.split("/");
    if (endpoint.method !== method || pattern.length !== segments.length) continue;
    const params: Record<string, string> = {};
    const isMatch = pattern.every((part, index) => {
      const segment = decodeURIComponent(segments[index] ?? "");
      if (!part.startsWith(":")) return part === segment;
      params[part.slice(1)] = segment;
      return segment !== "";
    });
    if (isMatch) return { endpoint, params };
  }
  return undefined;
}
