import type { EndpointDefinition } from "./endpoint.ts";
import {
  modelServerCheckSchema,
  secretListSchema,
  serverStatusSchema,
  toolListSchema,
} from "./server-status.ts";
import { earlyEndpoints } from "./early-endpoints.ts";
import { errorBodySchema } from "./error-body.ts";

/** Endpoints of the page about the server. Separate from `localServerEndpointDefinitions`, which every page loads at start. */
export const environmentEndpoints = {
  getServerStatus: {
    method: "GET",
    path: "/local/server",
    summary: "Read the version, store and limits of this server",
    scope: "FLOWS:READ",
    answers: { 200: serverStatusSchema },
  },
  checkModelServer: {
    method: "GET",
    path: "/local/model-server",
    summary: "Check the model server and list its models",
    scope: "FLOWS:READ",
    answers: { 200: modelServerCheckSchema },
    errors: { 404: errorBodySchema },
  },
  listModels: earlyEndpoints.listModels,
  listAvailableTools: {
    method: "GET",
    path: "/local/tools",
    summary: "List the tools of the connected API",
    scope: "FLOWS:READ",
    answers: { 200: toolListSchema },
    errors: { 404: errorBodySchema },
  },
  listSecrets: {
    method: "GET",
    path: "/local/secrets",
    summary: "List secrets, whether they are set, and the steps that use them",
    scope: "FLOWS:READ",
    answers: { 200: secretListSchema },
    errors: { 404: errorBodySchema },
  },
} as const satisfies Record<string, EndpointDefinition>;
