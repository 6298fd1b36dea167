import type { EndpointDefinition } from "./endpoint.ts";
import { errorBodySchema } from "./error-body.ts";
import { capabilitiesSchema, runEnvironmentResponseSchema, signInBodySchema } from "./local.ts";

export const localServerEndpointDefinitions = {
  getCapabilities: {
    method: "GET",
    path: "/local/capabilities",
    summary: "Read the capabilities of this server",
    isForAnyIdentity: true,
    answers: { 200: capabilitiesSchema },
  },
  getEnvironment: {
    method: "GET",
    path: "/local/environment",
    summary: "Read the run settings and step types of this server",
    scope: "FLOWS:READ",
    answers: { 200: runEnvironmentResponseSchema },
    errors: { 404: errorBodySchema },
  },
  createSession: {
    method: "POST",
    path: "/local/session",
    summary: "Sign in a browser with an API key",
    isForAnyIdentity: true,
    body: signInBodySchema,
    answers: { 204: null },
  },
  deleteSession: {
    method: "DELETE",
    path: "/local/session",
    summary: "Sign out the browser",
    answers: { 204: null },
  },
} as const satisfies Record<string, EndpointDefinition>;
