import type { Endpoint } from "#contract/endpoint.ts";
import type { EndpointName } from "#contract/endpoints.ts";
import { flowEndpoints } from "#contract/flow-endpoints.ts";
import { localEndpoints } from "#contract/local-endpoints.ts";
import { NetworkError } from "./api-error.ts";

const flowsAndOwn: Partial<Record<EndpointName, Endpoint>> = { ...flowEndpoints, ...localEndpoints };

/**
 * What the table says of an endpoint. What belongs to records and runs comes with the first call of one of theirs: nobody
 * waits for it who looks at flows. Throws `NetworkError` where it cannot be had.
 */
export function findEndpoint(name: EndpointName): Endpoint | Promise<Endpoint> {
  return flowsAndOwn[name] ?? loadEndpoint(name);
}

async function loadEndpoint(name: EndpointName): Promise<Endpoint> {
  try {
    const { endpoints } = await import("#contract/endpoints.ts");
    return endpoints[name];
  } catch (error) {
    throw new NetworkError("No answer from the server", { cause: error });
  }
}
