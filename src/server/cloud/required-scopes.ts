import { type EndpointDefinition, type ApiScope, listRequiredScopes } from "#contract/endpoint.ts";
import { endpoints } from "#contract/endpoints.ts";
import { findStepDescription } from "#contract/step-descriptions/find-step-description.ts";
import { findDuplicateJsonKey } from "#core/json/find-duplicate-key.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { type ServedEndpointName, otherApiEndpoints } from "#server/cloud/other-endpoints.ts";
import { type Caller, assertCallerHasScope, isScopeGrantedToCaller } from "#server/domain/caller.ts";
import { createBadRequestError } from "#server/http/http-error.ts";

export type RequiredScopes = readonly (ApiScope | "*")[];

/** Allowed path segments: other characters could be decoded or split differently by the upstream. */
const PARAMETER = /^[A-Za-z0-9_.~-]+$/;

/** Other modes omit record contents for keys without RECORDS:READ; here responses are forwarded as they are. */
const ALSO_NEEDED: Readonly<Record<string, readonly ApiScope[]>> = {
  [endpoints.listStepResults.path]: ["RECORDS:READ"],
  [endpoints.listBatchRecordSteps.path]: ["RECORDS:READ"],
  [endpoints.listBatchRecords.path]: ["RECORDS:READ"],
};

type ForwardedEndpoint = Pick<EndpointDefinition, "method" | "path" | "scope" | "alsoNeeds">;

const known = Object.entries<ForwardedEndpoint>({ ...endpoints, ...otherApiEndpoints })
  .filter(([, { path }]) => path.startsWith("/v1/"))
  .map(([name, endpoint]) => ({
    name: name as ServedEndpointName,
    method: endpoint.method as string,
    segments: endpoint.path.split("/"),
    scopes: listScopesOfEndpoint(endpoint),
  }));

export function listScopesOfEndpoint(endpoint: ForwardedEndpoint): readonly ApiScope[] {
  return [...listRequiredScopes(endpoint), ...(ALSO_NEEDED[endpoint.path] ?? [])];
}

export function findRequiredScopes(method: string, path: string): RequiredScopes {
  const found = listMatchingEndpoints(method, path);
  if (found.length === 0) return ["*"];
  const scopes = new Set(found.flatMap(({ scopes }) => scopes));
  // Requires a scope even if the upstream requires no key, because every forwarded request carries this server's key.
  return scopes.size === 0 ? ["FLOWS:READ"] : [...scopes];
}

/** Returns the name of the endpoint; a path without parameters precedes one that has them in the table. */
export function findEndpointName(method: string, path: string): ServedEndpointName | undefined {
  return listMatchingEndpoints(method, path)[0]?.name;
}

function listMatchingEndpoints(method: string, path: string) {
  const wanted = method === "HEAD" ? "GET" : method;
  const given = path.split("/");
  return known.filter((endpoint) => endpoint.method === wanted && matches(endpoint.segments, given));
}

function matches(segments: readonly string[], given: readonly string[]): boolean {
  if (segments.length !== given.length) return false;
  return segments.every((segment, index) => {
    const text = given[index] ?? "";
    return segment.startsWith(":") ? PARAMETER.test(text) : segment === text;
  });
}

const HARMLESS_MODES: readonly unknown[] = [undefined, null, "existing", "virtual"];

/** Throws 403 for a missing scope, 400 for a body that the upstream may understand differently. */
export function assertCallerMaySend(
  caller: Pick<Caller, "scopes">,
  path: string,
  body: Uint8Array | undefined,
): void {
  if (!body || (path !== endpoints.dispatch.path && path !== endpoints.startBatch.path)) return;
  if (isScopeGrantedToCaller(caller, "*")) return;
  const value = parseUnambiguousJson(body);
  if (!isJsonObject(value)) {
    const message = "Send an uncompressed JSON object in UTF-8, without repeated keys.";
    throw createBadRequestError("The body is not valid JSON.", { message, code: "MALFORMED_JSON" });
  }
  for (const scope of listScopesOfContents(value)) assertCallerHasScope(caller, scope);
}

/** Whether the body only previews a bulk edit. False for a body that the upstream may understand differently. */
export function isDryRun(path: string, body: Uint8Array | undefined): boolean {
  if (!body || path !== endpoints.editRecords.path) return false;
  const value = parseUnambiguousJson(body);
  return isJsonObject(value) && value["dryRun"] === true;
}

function listScopesOfContents(body: JsonObject): ReadonlySet<ApiScope> {
  const scopes = new Set<ApiScope>();
  const { options, record, flow, flowDefinition, recordIds } = body;
  const { flowMode, recordMode } = isJsonObject(options) ? options : {};
  if (!HARMLESS_MODES.includes(flowMode)) scopes.add("FLOWS:WRITE");
  if (!HARMLESS_MODES.includes(recordMode)) scopes.add("RECORDS:WRITE");
  const hasStoredRecord = isJsonObject(record) && record["id"] !== undefined;
  if (hasStoredRecord || recordIds !== undefined) scopes.add("RECORDS:READ");
  if (flowDefinition !== undefined) scopes.add("DISPATCH:EXECUTE");
  addScopesOfSteps([flow, flowDefinition], scopes);
  return scopes;
}

function parseUnambiguousJson(body: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    const value: unknown = JSON.parse(text);
    return findDuplicateJsonKey(text) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Looks at every object, because steps may be nested in branches, loops and fallbacks. */
function addScopesOfSteps(values: readonly unknown[], scopes: Set<ApiScope>): void {
  const open = [...values];
  for (let value = open.pop(); open.length > 0 || value !== undefined; value = open.pop()) {
    if (Array.isArray(value)) for (const item of value) open.push(item);
    else if (typeof value === "object" && value !== null) {
      const { type } = value as { readonly type?: unknown };
      const description = typeof type === "string" ? findStepDescription(type) : undefined;
      for (const scope of description?.scopes ?? []) scopes.add(scope);
      for (const item of Object.values(value)) open.push(item);
    }
  }
}
