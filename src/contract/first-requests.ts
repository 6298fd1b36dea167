/** How much of the list of flows is read at once. */
export const LIST_PAGE = { limit: "100", includeCount: "true" } as const;

const CAPABILITIES = "/local/capabilities";
const LIST_QUERY = Object.entries(LIST_PAGE)
  .map(([name, value]) => `${name}=${value}`)
  .join("&");

/**
 * What the dashboard asks for first at an address, in this order: the server says so to the browser, which begins before
 * the page's code is there. Each has to be spelled as the page spells it, or it is asked for twice.
 */
export function findFirstRequests(path: string, search: string): readonly string[] {
  const [, flowId] = /^\/flows\/([\w.-]+)(?:\/|$)/.exec(path) ?? [];
  if (flowId !== undefined) return [CAPABILITIES, `/v1/flows/${flowId}`];
  // What a search or a filter asks for is the page's to say.
  return path === "/flows" && search === "" ? [CAPABILITIES, `/v1/flows?${LIST_QUERY}`] : [CAPABILITIES];
}
