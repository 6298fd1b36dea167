import { API_SCOPES, type EndpointDefinition } from "#contract/endpoint.ts";
import { type TestApp, createTestApiKey } from "./test-app.ts";

/** Sets of scopes, joined by `+`. */
export const SCOPE_GRANTS = [
  ...API_SCOPES,
  "FLOWS:*",
  "RECORDS:*",
  "DISPATCH:*",
  "*",
  "FLOWS:EXECUTE+RECORDS:READ",
  "FLOWS:READ+RECORDS:READ",
];

export const nameOfGrant = (grant: string) => grant.replaceAll(/\W/g, "-").replaceAll("*", "all");

/** The setting `API_KEYS` with a key for each grant. */
export const KEYS_OF_GRANTS = SCOPE_GRANTS.map(
  (grant) => `${createTestApiKey(nameOfGrant(grant))}=${grant}`,
).join(",");

/** Sends a request to an endpoint, with made-up ids. */
export async function probeEndpoint(
  app: TestApp,
  { method, path, body, events, answers }: EndpointDefinition,
  headers = {},
) {
  const isStreamOnly = events !== undefined && Object.keys(answers).length === 0;
  const filled = path.replaceAll(/:\w+/g, "x_1");
  // Sends HEAD to the event stream, because a GET response would never end.
  return app.call(isStreamOnly ? "HEAD" : method, filled, { headers, ...(body && { body: {} }) });
}
