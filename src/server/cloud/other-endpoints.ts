import type { EndpointDefinition } from "#contract/endpoint.ts";
import type { EndpointName } from "#contract/endpoints.ts";

/** Not implemented here, with the scopes that a forwarded request needs. */
export const otherApiEndpoints = {
  listGroupedModels: { method: "GET", path: "/v1/model-configs/grouped", scope: "FLOWS:READ" },
  listResources: { method: "GET", path: "/v1/resources", scope: "FLOWS:READ" },
  listTools: { method: "GET", path: "/v1/tools", scope: "FLOWS:READ" },
  listBuiltInTools: { method: "GET", path: "/v1/tools/builtin", scope: "FLOWS:READ" },
  checkApiSecrets: { method: "POST", path: "/v1/secrets/check", scope: "FLOWS:WRITE" },
  validateTransformCode: { method: "POST", path: "/v1/validate/transform-code", scope: "FLOWS:READ" },
  getDailyUsage: { method: "GET", path: "/v1/usage-limits/daily", scope: "FLOWS:READ" },
} as const satisfies Record<string, Pick<EndpointDefinition, "method" | "path" | "scope">>;

/** An endpoint of this server, or one to which it forwards requests. */
export type ServedEndpointName = EndpointName | keyof typeof otherApiEndpoints;
