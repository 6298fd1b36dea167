import { type FlowChanged, type FlowDeleted, TAB_ID } from "#contract/events.ts";
import type { FlowRow } from "#server/store/flow-rows.ts";
import type { UnsentNews } from "#server/store/news.ts";
import { versionToken } from "./version-token.ts";

/** What a write did to a flow, before it is said who did it. */
export type FlowNews =
  | { readonly event: "flow.changed"; readonly data: Omit<FlowChanged, "by"> }
  | { readonly event: "flow.deleted"; readonly data: Omit<FlowDeleted, "by"> };

type Revised = Pick<FlowRow, "id" | "revision" | "definitionHash">;

export function flowChanged(change: FlowChanged["change"], row: Revised): FlowNews {
  const { id, revision } = row;
  return { event: "flow.changed", data: { id, change, revision, versionToken: versionToken(row) } };
}

export function flowDeleted(id: string): FlowNews {
  return { event: "flow.deleted", data: { id } };
}

/** Keys are known by their hashes alone, which nobody is told: what has no name stays unnamed. */
export function signNews(
  { event, data }: FlowNews,
  { organizationId, tab }: { readonly organizationId: string; readonly tab: string | undefined },
): UnsentNews {
  const tabId = tab !== undefined && TAB_ID.test(tab) ? tab : null;
  return { organizationId, event, data: JSON.stringify({ ...data, by: { tabId, key: null } }) };
}
