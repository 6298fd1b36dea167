import type { SecretStates } from "#contract/account.ts";
import type { accountEndpoints } from "#contract/account-endpoints.ts";
import type { JsonObject } from "#core/json/json.ts";
import { requireIdentityWithScopes } from "#server/http/identify-caller.ts";
import type { EndpointHandlers, EndpointRequest } from "#server/http/endpoint-handlers.ts";
import { readFlowValidation, readScriptCheck, readSecretStates } from "./read-checks.ts";
import { readUsage } from "./read-usage.ts";
import { readUpstreamValue } from "./upstream-answer.ts";
import { createReadCall, createWriteCall } from "./upstream-call.ts";
import type { UpstreamClient } from "./upstream.ts";

/** Limits of `POST /v1/secrets/check`. */
const MAX_KEYS = 50;
const MAX_KEY_CHARACTERS = 100;

/** An answer without any of the expected fields is passed on, and the page reports it. */
export function createCloudAccountRoutes(
  upstream: UpstreamClient,
): EndpointHandlers<keyof typeof accountEndpoints> {
  const post = async (request: EndpointRequest, target: string, body: JsonObject) =>
    upstream.send({ ...createWriteCall(request), method: "POST", target, body: JSON.stringify(body) });

  const checkKeys = async (request: EndpointRequest, keys: string[]) => {
    const response = await post(request, "/v1/secrets/check", { keys });
    return readUpstreamValue(response, (json) => readSecretStates(json, keys));
  };

  return {
    readUsage: async (request) => {
      const target = "/v1/usage-limits/daily";
      const response = await upstream.send({ ...createReadCall(request), method: "GET", target });
      const { value, headers } = await readUpstreamValue(response, readUsage);
      return { status: 200, value, headers };
    },

    checkSecrets: async (request) => {
      const names = [...new Set(request.body.names)].filter(
        (name) => name !== "" && name.length <= MAX_KEY_CHARACTERS,
      );
      const states: SecretStates = { found: [], missing: [], revoked: [] };
      let headers = {};
      for (let from = 0; from < names.length; from += MAX_KEYS) {
        const part = await checkKeys(request, names.slice(from, from + MAX_KEYS)).catch((error: unknown) => {
          if (from === 0) throw error;
        });
        // Answers with what is known: the names of a later part that failed stay unknown.
        if (!part) break;
        states.found.push(...part.value.found);
        states.missing.push(...part.value.missing);
        states.revoked.push(...part.value.revoked);
        ({ headers } = part);
      }
      return { status: 200, value: states, headers };
    },

    checkScript: async (request) => {
      const { code, language } = request.body;
      const body = { code, ...(language !== undefined && { language }) };
      const response = await post(request, "/v1/validate/transform-code", body);
      const { value, headers } = await readUpstreamValue(response, readScriptCheck);
      return { status: 200, value, headers };
    },
  };
}

/** Handles the page's validation of a flow, whose findings are only partly documented. */
export function createCloudValidationRoutes(upstream: UpstreamClient): EndpointHandlers<"validateFlow"> {
  return {
    validateFlow: async (request) => {
      // The endpoint needs no key, but the request to the API carries this server's key.
      requireIdentityWithScopes(request.request, request.identity, ["FLOWS:READ"]);
      const target = "/v1/public/flows/validate";
      const body = request.bodyText;
      const response = await upstream.send({ ...createWriteCall(request), method: "POST", target, body });
      const { value, headers } = await readUpstreamValue(response, readFlowValidation);
      return { status: 200, value, headers };
    },
  };
}
