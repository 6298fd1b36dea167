import { useSyncExternalStore } from "react";
import { MAX_LISTED_IDS } from "#contract/flow.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { NO_FLOW_IDS } from "#client/data/queries/flow-queries.ts";

/** Flows whose ids the browser remembers: those the user marked, and those opened last. */
export type RememberedFlows = "favorites" | "recent";

const STORAGE_NAMES = { favorites: "flowline-favorite-flows", recent: "flowline-recent-flows" } as const;

/**
 * Returns ids separated by commas, those of recent flows in the order of opening. Reads the stored text itself, because
 * the code of the stores is loaded only to change them; text that is no list counts as an empty one, and items
 * without an id that the server accepts are left out.
 */
export function readRememberedFlowIds(show: RememberedFlows): string {
  const flows = readStored(STORAGE_NAMES[show]);
  if (!Array.isArray(flows)) return NO_FLOW_IDS;
  const ids = flows
    .map((flow: { id?: unknown } | null) => flow?.id)
    .filter((id) => typeof id === "string" && /^[^,]+$/.test(id));
  return ids.slice(0, MAX_LISTED_IDS).join() || NO_FLOW_IDS;
}

/** Returns the tags that the browser keeps of a flow; none if the server keeps them. */
export function readKeptFlowTags(id: string): readonly string[] {
  const tags = readStored("flowline-flow-tags") as Readonly<Record<string, unknown>> | null;
  const own = tags?.[id];
  return Array.isArray(own) ? own.filter((name) => typeof name === "string") : [];
}

export function useRememberedFlowIds(show: RememberedFlows | undefined): string {
  return useSyncExternalStore(subscribe, () => (show ? readRememberedFlowIds(show) : ""));
}

function readStored(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(pageUserIdentityTracker.storageKey(name) ?? "") ?? "null");
  } catch {
    return null;
  }
}

function subscribe(onChange: () => void): () => void {
  addEventListener("storage", onChange);
  return () => removeEventListener("storage", onChange);
}
