import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";

/** A flow that the user opened in the editor, as stored in this browser. */
export interface RecentFlow {
  readonly id: string;
  /** The flow's name when it was last open; another client may have renamed it since. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
}

const MAX_FLOWS = 30;
const NONE: readonly RecentFlow[] = [];

const storageKey = () => pageUserIdentityTracker.storageKey("flowline-recent-flows");

/** The stored text while local storage is unavailable; lasts until the page is closed. */
let unstored: string | undefined;
let cached: { readonly text: string | null; readonly flows: readonly RecentFlow[] } = {
  text: null,
  flows: NONE,
};

/** Returns the flows that the signed-in user opened in this browser, most recent first; always the same array object
 * until the list changes. */
export function readRecentFlows(): readonly RecentFlow[] {
  const text = readStored();
  if (text !== cached.text) cached = { text, flows: parseRecentFlows(text) };
  return cached.flows;
}

/** Reads the stored list, which another version of this app or the user may have written. */
export function parseRecentFlows(text: string | null): readonly RecentFlow[] {
  try {
    const stored: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(stored) ? stored.filter(isRecentFlow).slice(0, MAX_FLOWS) : NONE;
  } catch {
    return NONE;
  }
}

function isRecentFlow(value: unknown): value is RecentFlow {
  const { id, name, openedAt } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof id === "string" && typeof name === "string" && typeof openedAt === "number";
}

/** Puts the flow at the start of the list. */
export function noteOpenedFlow({ id, name }: Pick<RecentFlow, "id" | "name">): void {
  const others = readRecentFlows().filter((flow) => flow.id !== id);
  writeRecentFlows([{ id, name, openedAt: Date.now() }, ...others].slice(0, MAX_FLOWS));
}

function readStored(): string | null {
  if (unstored !== undefined) return unstored;
  const key = storageKey();
  try {
    return key === undefined ? null : localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Replaces the list, in this tab and, through storage, in all others. */
export function writeRecentFlows(flows: readonly RecentFlow[]): void {
  const key = storageKey();
  // Sign-out deletes the user's stored texts: an editor that is still mounted must not store a name again.
  if (key === undefined || pageUserIdentityTracker.signOut() === "discarding") return;
  const text = JSON.stringify(flows);
  unstored = undefined;
  try {
    localStorage.setItem(key, text);
  } catch {
    unstored = text;
  }
  // Browsers dispatch `storage` only in the other tabs; dispatching it here too makes all tabs run the same code.
  dispatchEvent(new StorageEvent("storage", { key }));
}
