import { LOCAL_MODE_IDENTITY } from "#contract/local.ts";

/**
 * A deletion without a response yet, stored in `localStorage`. Contains only ids and a version and no content,
 * because storage outlives the session.
 */
export interface UnacknowledgedDeletion {
  readonly kind: "flow" | "record";
  readonly ids: readonly string[];
  /** Milliseconds since the epoch; in the future while the deletion can still be undone. */
  readonly sentAt: number;
  readonly version?: string;
  readonly identity?: string;
}

const PREFIX = "flowline-deletion-";

/** One entry per deletion, because tabs that rewrite a shared list would lose each other's changes. */
const keyOf = ({ ids }: Pick<UnacknowledgedDeletion, "ids">) => `${PREFIX}${ids[0]}`;

export function storeUnacknowledgedDeletion(deletion: UnacknowledgedDeletion): void {
  try {
    localStorage.setItem(keyOf(deletion), JSON.stringify(deletion));
  } catch {
    // Storage is full or blocked. The deletion is sent anyway; only the next page load needs the entry.
  }
}

export function removeUnacknowledgedDeletion(deletion: Pick<UnacknowledgedDeletion, "ids">): void {
  try {
    localStorage.removeItem(keyOf(deletion));
  } catch {
    // Storage is blocked, so the entry was never stored.
  }
}

/** Returns deletions whose outcome is unknown, of all tabs and all users of this browser. */
export function readUnacknowledgedDeletions(): readonly UnacknowledgedDeletion[] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .flatMap((key) => parseDeletion(localStorage.getItem(key)) ?? []);
  } catch {
    return [];
  }
}

export function readDeletionsOfUser(own: string): readonly UnacknowledgedDeletion[] {
  return readUnacknowledgedDeletions().filter(({ identity = LOCAL_MODE_IDENTITY }) => identity === own);
}

function parseDeletion(text: string | null): UnacknowledgedDeletion | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return isSentDeletion(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSentDeletion(value: unknown): value is UnacknowledgedDeletion {
  if (typeof value !== "object" || value === null) return false;
  const { kind, ids, sentAt, version, identity } = value as Readonly<Record<string, unknown>>;
  const areIds = Array.isArray(ids) && ids.length > 0 && ids.every((id) => typeof id === "string");
  const areTexts = [version, identity].every((text) => text === undefined || typeof text === "string");
  return (kind === "flow" || kind === "record") && areIds && typeof sentAt === "number" && areTexts;
}
