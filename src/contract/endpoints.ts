import { accountEndpoints } from "./account-endpoints.ts";
import { alertEndpoints } from "./alert-endpoints.ts";
import type { EndpointDefinition } from "./endpoint.ts";
import { environmentEndpoints } from "./environment-endpoints.ts";
import { eventEndpoints } from "./events.ts";
import { flowEndpoints } from "./flow-endpoints.ts";
import { flowTagEndpoints } from "./flow-tag-endpoints.ts";
import { flowVersionEndpoints } from "./flow-version-endpoints.ts";
import { localServerEndpointDefinitions } from "./local-endpoints.ts";
import { recordEndpointDefinitions } from "./record-endpoints.ts";
import { runEndpoints } from "./run-endpoints.ts";
import { scheduleEndpoints } from "./schedule-endpoints.ts";
import { stepSearchEndpoints } from "./step-search-endpoints.ts";

/** The server mounts its routes from this table, and the client derives the types of its calls from it. */
export const endpoints = {
  ...flowEndpoints,
  ...flowVersionEndpoints,
  ...recordEndpointDefinitions,
  ...runEndpoints,
  ...scheduleEndpoints,
  ...alertEndpoints,
  ...localServerEndpointDefinitions,
  ...eventEndpoints,
  ...environmentEndpoints,
  ...accountEndpoints,
  ...flowTagEndpoints,
  ...stepSearchEndpoints,
} as const satisfies Record<string, EndpointDefinition>;

export type EndpointName = keyof typeof endpoints;
