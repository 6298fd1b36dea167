import { useSyncExternalStore } from "react";
import { MAX_LISTED_IDS, NO_FLOW_IDS } from "#contract/flow.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";

/** Flows whose ids the browser remembers: the user's favorites, and the flows opened most recently. */
export type RememberedFlows = "favorites" | "recent";

const STORAGE_NAMES = { favorites: "flowline-favorite-flows", recent: "flowline-recent-flows" } as const;

/**
 * Returns the ids, separated by commas; recent flows start with the last opened. Reads the stored text
 * directly, because the code of the stores is loaded only to change them. Text that is not a list counts as
 * an empty list; items without a valid id are omitted.
 */
export function readRememberedFlowIds(show: RememberedFlows): string {
  const flows = readStored(STORAGE_NAMES[show]);
  if (!Array.isArray(flows)) return NO_FLOW_IDS;
  const ids = flows
    .map((flow: { id?: unknown } | null) => flow?.id)
    .filter((id) => typeof id === "string" && /^[^,]+$/.test(id));
  return ids.slice(0, MAX_LISTED_IDS).join() || NO_FLOW_IDS;
}

/** Returns the tags of a flow that are stored in this browser; none if the server stores tags. */
export function readDeviceFlowTags(id: string): readonly string[] {
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
