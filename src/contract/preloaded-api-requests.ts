export const FIRST_PAGE_PARAMS = { limit: "100", includeCount: "true" } as const;

const CAPABILITIES = "/local/capabilities";
const LIST_QUERY = Object.entries(FIRST_PAGE_PARAMS)
  .map(([name, value]) => `${name}=${value}`)
  .join("&");

/** Only without a search or filter: only the dashboard's code can derive the query of those. */
const PAGE_REQUESTS: Readonly<Record<string, readonly string[]>> = {
  "/flows": [`/v1/flows?${LIST_QUERY}`],
  "/records": ["/local/record-types"],
  "/environment": ["/local/server"],
  "/runs/schedules": ["/v1/schedules?limit=100"],
};

/** Only of a server that runs flows itself. */
const RUNNER_REQUESTS: typeof PAGE_REQUESTS = {
  "/environment": ["/local/environment", "/local/secrets"],
  "/runs": ["/local/batches?limit=100"],
};

/**
 * Sent by client/app/boot.js. They must equal the requests of the dashboard's code, or the browser sends both.
 * `runsFlows`: whether the server runs flows itself.
 */
export function listPreloadedApiRequestUrls(
  path: string,
  search: string,
  { runsFlows = true } = {},
): readonly string[] {
  const [, flowId, tab] = /^\/flows\/([\w.-]+)(?:\/(.*))?$/.exec(path) ?? [];
  const first = [CAPABILITIES, ...(flowId === undefined ? [] : [`/v1/flows/${flowId}`])];
  if (search !== "") return first;
  const ofRunner = runsFlows ? (RUNNER_REQUESTS[path] ?? []) : [];
  const ofTab = flowId !== undefined && tab === "runs" ? [`/local/batches?flowId=${flowId}&limit=100`] : [];
  return [...first, ...(PAGE_REQUESTS[path] ?? []), ...ofRunner, ...ofTab];
}
