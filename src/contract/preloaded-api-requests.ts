export const FIRST_PAGE_PARAMS = { limit: "100", includeCount: "true" } as const;

const CAPABILITIES = "/local/capabilities";
const LIST_QUERY = Object.entries(FIRST_PAGE_PARAMS)
  .map(([name, value]) => `${name}=${value}`)
  .join("&");

/** Sent by client/app/boot.js. They must equal the requests of the dashboard's code, or the browser sends both. */
export function listPreloadedApiRequestUrls(path: string, search: string): readonly string[] {
  const [, flowId] = /^\/flows\/([\w.-]+)(?:\/|$)/.exec(path) ?? [];
  if (flowId !== undefined) return [CAPABILITIES, `/v1/flows/${flowId}`];
  // Lists no flow request for a URL with a search or filter: only the dashboard's code can derive its API query.
  return path === "/flows" && search === "" ? [CAPABILITIES, `/v1/flows?${LIST_QUERY}`] : [CAPABILITIES];
}
