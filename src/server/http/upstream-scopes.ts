import { type EndpointDefinition, type ApiScope, listRequiredScopes } from "#contract/endpoint.ts";
import { callableEndpoints, endpoints } from "#contract/endpoints.ts";

export type RequiredScopes = readonly (ApiScope | "*")[];

/** Allowed path segments: other characters could be decoded or split differently by the upstream. */
const PARAMETER = /^[A-Za-z0-9_.~-]+$/;

/**
 * Scopes that cloud mode requires in addition to those of the endpoint. In other modes, responses to keys without
 * RECORDS:READ omit record contents; in cloud mode, responses are forwarded without parsing them.
 */
const ALSO_NEEDED: Readonly<Record<string, readonly ApiScope[]>> = {
  [endpoints.listStepResults.path]: ["RECORDS:READ"],
  [endpoints.listBatchRecordSteps.path]: ["RECORDS:READ"],
};

const table: readonly EndpointDefinition[] = Object.values(callableEndpoints);
const known = table
  .filter(({ path }) => path.startsWith("/v1/"))
  .map((endpoint) => ({
    method: endpoint.method as string,
    segments: endpoint.path.split("/"),
    scopes: listUpstreamScopesOfEndpoint(endpoint),
  }));

export function listUpstreamScopesOfEndpoint(endpoint: EndpointDefinition): readonly ApiScope[] {
  return [...listRequiredScopes(endpoint), ...(ALSO_NEEDED[endpoint.path] ?? [])];
}

export function findScopesRequiredForUpstreamRequest(method: string, path: string): RequiredScopes {
  const wanted = method === "HEAD" ? "GET" : method;
  const given = path.split("/");
  const found = known.filter((endpoint) => endpoint.method === wanted && matches(endpoint.segments, given));
  if (found.length === 0) return ["*"];
  const scopes = new Set(found.flatMap(({ scopes }) => scopes));
  // Requires a scope even if the upstream requires no key, because every forwarded request carries this server's key.
  return scopes.size === 0 ? ["FLOWS:READ"] : [...scopes];
}

function matches(segments: readonly string[], given: readonly string[]): boolean {
  if (segments.length !== given.length) return false;
  return segments.every((segment, index) => {
    const text = given[index] ?? "";
    return segment.startsWith(":") ? PARAMETER.test(text) : segment === text;
  });
}
