import { createDeviceStore } from "./device-store.ts";
import { isFavoriteFlow } from "./favorite-flows.ts";

/** A flow that the user opened in the editor, as stored in this browser. */
export interface RecentFlow {
  readonly id: string;
  /** The flow's name when it was last open; another client may have renamed it since. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
}

export const MAX_RECENT_FLOWS = 30;

/** The flows that the user opened in this browser, most recent first. */
export const recentFlowStore = createDeviceStore(
  "flowline-recent-flows",
  (stored): readonly RecentFlow[] =>
    Array.isArray(stored) ? stored.filter(isRecentFlow).slice(0, MAX_RECENT_FLOWS) : [],
  { isKeptUnstored: true },
);

const isRecentFlow = (value: unknown): value is RecentFlow =>
  isFavoriteFlow(value) && typeof (value as Partial<RecentFlow>).openedAt === "number";
