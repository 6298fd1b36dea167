import type { Endpoint } from "./endpoint.ts";
import { flowEndpoints } from "./flow-endpoints.ts";
import { localEndpoints } from "./local-endpoints.ts";
import { recordEndpoints } from "./record-endpoints.ts";
import { runEndpoints } from "./run-endpoints.ts";

/** Every endpoint there is: the server mounts them from here, and the client calls them by name. */
export const endpoints = {
  ...flowEndpoints,
  ...recordEndpoints,
  ...runEndpoints,
  ...localEndpoints,
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;
