import { LOCAL_MODE_IDENTITY } from "#contract/local.ts";
import { listStoredKeys, parseStoredJson, readStoredText, storeText } from "#client/storage/stored-text.ts";

const KINDS = ["flow", "record", "schedule"] as const;
type DeletionKind = (typeof KINDS)[number];

/** Contains only ids and a version, because storage outlives the session. */
export interface UnacknowledgedDeletion {
  readonly kind: DeletionKind;
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
  storeText(keyOf(deletion), JSON.stringify(deletion));
}

export function removeUnacknowledgedDeletion(deletion: Pick<UnacknowledgedDeletion, "ids">): void {
  storeText(keyOf(deletion), null);
}

/** Returns deletions whose outcome is unknown, of all tabs and all users of this browser. */
export function readUnacknowledgedDeletions(): readonly UnacknowledgedDeletion[] {
  return listStoredKeys()
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => parseStoredJson(readStoredText(key)))
    .filter(isSentDeletion);
}

export function readDeletionsOfUser(own: string): readonly UnacknowledgedDeletion[] {
  return readUnacknowledgedDeletions().filter(({ identity = LOCAL_MODE_IDENTITY }) => identity === own);
}

function isSentDeletion(value: unknown): value is UnacknowledgedDeletion {
  if (typeof value !== "object" || value === null) return false;
  const { kind, ids, sentAt, version, identity } = value as Readonly<Record<string, unknown>>;
  const areIds = Array.isArray(ids) && ids.length > 0 && ids.every((id) => typeof id === "string");
  const areTexts = [version, identity].every((text) => text === undefined || typeof text === "string");
  return KINDS.some((known) => known === kind) && areIds && typeof sentAt === "number" && areTexts;
}
