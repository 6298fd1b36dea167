import { isFields } from "#core/check-document.ts";
import type { VersionMark } from "#core/history.ts";
import { type JournalConnection, partsOf } from "./journal-database.ts";
import type { JournalSite } from "./journal-site.ts";
import { readCount, readText } from "./read-parts.ts";
import { JOURNAL_FORMAT } from "./stored-journal.ts";

/** Unsaved work that a page left behind, as far as its record can be read. */
export interface FoundJournal {
  readonly id: string;
  /** Empty where that can no longer be read. */
  readonly flowId: string;
  readonly flowName: string;
  readonly server: string;
  /** Made in this very tab, before a reload or a crash of it. */
  readonly isOfThisTab: boolean;
  readonly startedAt: number;
  readonly editedAt: number;
  /** Undefined where nobody knows. */
  readonly unsaved: number | undefined;
  /** The version that the edits stand on. */
  readonly version: VersionMark | undefined;
  /** Only the rest of a journal: what could be replayed of it has another home, and this can be had as a file. */
  readonly isRest: boolean;
}

/** The unsaved work on a flow that no open page has, the newest first. */
export async function findJournals(
  site: JournalSite,
  { server, flowId }: Pick<FoundJournal, "server" | "flowId">,
): Promise<readonly FoundJournal[]> {
  const all = await listJournals(site);
  return all.filter((found) => !found.isRest && found.flowId === flowId && found.server === server);
}

/** All unsaved work on this device that no open page has, whatever flow it is of, the newest first. */
export async function listJournals(site: JournalSite): Promise<readonly FoundJournal[]> {
  await dropCleanJournals(site);
  const connection = await site.database.connect();
  const records: readonly unknown[] = await connection.getAll("journals");
  const found = records
    .filter((record) => !isDiscarded(record))
    .map((record) => readFound(record, site.tabId));
  const held = await site.owners.findHeld(found.map(({ id }) => id));
  return found
    .filter(({ id, unsaved }) => !held.has(id) && unsaved !== 0)
    .toSorted((a, b) => b.editedAt - a.editedAt);
}

/** What was discarded can be had back for a day; after that it goes when somebody looks. */
const DISCARDED_MS = 24 * 60 * 60 * 1000;

/** Takes away what nobody misses: journals of closed pages in which all is saved, or that were discarded a while ago. */
export async function dropCleanJournals({ database, owners }: JournalSite): Promise<void> {
  const connection = await database.connect();
  const records: readonly unknown[] = await connection.getAll("journals");
  const ids = records.filter(isUseless).map(readId);
  if (ids.length === 0) return;
  const held = await owners.findHeld(ids);
  for (const id of ids) {
    const release = held.has(id) ? undefined : await owners.hold(id);
    if (!release) continue;
    await dropIfUseless(connection, id).finally(release);
  }
}

/** Its page may have written again before it died. */
async function dropIfUseless(connection: JournalConnection, id: string): Promise<void> {
  const transaction = connection.transaction(["journals", "parts"], "readwrite");
  const journals = transaction.objectStore("journals");
  if (isUseless(await journals.get(id))) {
    await Promise.all([journals.delete(id), transaction.objectStore("parts").delete(partsOf(id))]);
  }
  await transaction.done;
}

/** A record that cannot be read is not useless: it may be somebody's work. */
function isUseless(record: unknown): boolean {
  if (!isFields(record) || record["format"] !== JOURNAL_FORMAT || record["isRest"] === true) return false;
  const { unsaved, discardedAt } = record;
  if (typeof discardedAt === "number") return Math.abs(Date.now() - discardedAt) > DISCARDED_MS;
  return unsaved === 0;
}

function isDiscarded(record: unknown): boolean {
  return isFields(record) && typeof record["discardedAt"] === "number";
}

/** Storage itself sees to it that every record has one. */
function readId(record: unknown): string {
  return (isFields(record) && readText(record["id"])) || "";
}

export function readFound(record: unknown, tabId: string): FoundJournal {
  const fields = isFields(record) ? record : {};
  const text = (name: string) => readText(fields[name]) ?? "";
  return {
    id: readId(record),
    flowId: text("flowId"),
    flowName: text("flowName"),
    server: text("server"),
    isOfThisTab: fields["tabId"] === tabId,
    startedAt: readCount(fields["startedAt"]) ?? 0,
    editedAt: readCount(fields["editedAt"]) ?? 0,
    unsaved: readCount(fields["unsaved"]),
    version: readVersion(fields["mark"]),
    isRest: fields["isRest"] === true,
  };
}

function readVersion(mark: unknown): VersionMark | undefined {
  const base = isFields(mark) ? mark["base"] : undefined;
  const version = isFields(base) ? base["version"] : undefined;
  if (!isFields(version)) return undefined;
  const updatedAt = readText(version["updatedAt"]);
  return updatedAt === undefined ? undefined : { token: readText(version["token"]), updatedAt };
}
