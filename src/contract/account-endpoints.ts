import {
  accountUsageSchema,
  checkScriptBodySchema,
  checkSecretsBodySchema,
  scriptCheckSchema,
  secretStatesSchema,
} from "./account.ts";
import type { EndpointDefinition } from "./endpoint.ts";
import { errorBodySchema } from "./error-body.ts";

/** Endpoints of the page about the account of the connected API. A server without such an API answers 404. */
export const accountEndpoints = {
  readUsage: {
    method: "GET",
    path: "/local/usage",
    summary: "Read the executions used of the plan’s limits",
    scope: "FLOWS:READ",
    answers: { 200: accountUsageSchema },
    errors: { 404: errorBodySchema },
  },
  checkSecrets: {
    method: "POST",
    path: "/local/secrets/check",
    summary: "Check which secrets the account has",
    scope: "FLOWS:WRITE",
    body: checkSecretsBodySchema,
    answers: { 200: secretStatesSchema },
    errors: { 404: errorBodySchema },
  },
  checkScript: {
    method: "POST",
    path: "/local/scripts/check",
    summary: "Check the syntax of a script",
    scope: "FLOWS:READ",
    body: checkScriptBodySchema,
    answers: { 200: scriptCheckSchema },
    errors: { 404: errorBodySchema },
  },
} as const satisfies Record<string, EndpointDefinition>;
