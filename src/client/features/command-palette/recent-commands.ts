import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";

const MAX_COMMANDS = 12;

const storageKey = () => pageUserIdentityTracker.storageKey("flowline-recent-commands");

/** Returns the ids of the commands that the signed-in user picked in this browser, latest first. */
export function readRecentCommands(): readonly string[] {
  const key = storageKey();
  try {
    const stored: unknown = JSON.parse((key !== undefined && localStorage.getItem(key)) || "[]");
    return Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

export function noteUsedCommand(id: string): void {
  const ids = [id, ...readRecentCommands().filter((other) => other !== id)].slice(0, MAX_COMMANDS);
  const key = storageKey();
  try {
    if (key !== undefined) localStorage.setItem(key, JSON.stringify(ids));
  } catch {
    // Storage may be blocked; the list of recent actions is optional.
  }
}
