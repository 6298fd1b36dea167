import { LOCAL_MODE_IDENTITY } from "#contract/local.ts";
import { isPlainObject } from "#core/document/is-flow-document.ts";
import type { FlowVersionIdentifier } from "#core/history/edit-history.ts";
import { type JournalDatabaseConnection, createJournalPartsKeyRange } from "./journal-database.ts";
import type { JournalDependencies } from "./journal-dependencies.ts";
import { parseNonNegativeInteger, toStringOrUndefined } from "./parse-journal-parts.ts";
import { isSupportedJournalFormat } from "./stored-journal.ts";

/** Metadata of a closed page's journal; damaged fields are empty or undefined. */
export interface JournalSummary {
  readonly id: string;
  readonly flowId: string;
  readonly flowName: string;
  readonly server: string;
  readonly isOfThisTab: boolean;
  readonly startedAt: number;
  readonly editedAt: number;
  readonly unsaved: number | undefined;
  readonly version: FlowVersionIdentifier | undefined;
  /** Then the journal contains only the unreadable part, for download. */
  readonly isRest: boolean;
}

/** Older releases stored no user; such journals belong to `LOCAL_MODE_IDENTITY`. */
export function isJournalOfUser(record: unknown, identity: string): boolean {
  return readJournalUserIdentity(record) === identity;
}

export function readJournalUserIdentity(record: unknown): string {
  return (isPlainObject(record) ? toStringOrUndefined(record["identity"]) : undefined) ?? LOCAL_MODE_IDENTITY;
}

export async function listUnopenedJournalsOfFlow(
  site: JournalDependencies,
  { server, flowId }: Pick<JournalSummary, "server" | "flowId">,
): Promise<readonly JournalSummary[]> {
  const all = await listUnopenedJournals(site);
  return all.filter((found) => !found.isRest && found.flowId === flowId && found.server === server);
}

/** Newest first. First deletes journals without unsaved work. */
export async function listUnopenedJournals(site: JournalDependencies): Promise<readonly JournalSummary[]> {
  const identity = await site.identity.known();
  await deleteJournalsWithoutWork(site);
  const connection = await site.database.connect();
  const records: readonly unknown[] = await connection.getAll("journals");
  const found = records
    .filter((record) => isJournalOfUser(record, identity) && !isDiscardedJournal(record))
    .map((record) => parseJournalSummary(record, site.tabId));
  const held = await site.owners.findHeld(found.map(({ id }) => id));
  return found
    .filter(({ id, unsaved }) => !held.has(id) && unsaved !== 0)
    .toSorted((a, b) => b.editedAt - a.editedAt);
}

const DISCARDED_MS = 24 * 60 * 60 * 1000;

/** Also those discarded more than a day ago, but none that is open in a page. */
export async function deleteJournalsWithoutWork({ database, owners }: JournalDependencies): Promise<void> {
  const connection = await database.connect();
  const records: readonly unknown[] = await connection.getAll("journals");
  const ids = records.filter(isUseless).map(readJournalId);
  if (ids.length === 0) return;
  const held = await owners.findHeld(ids);
  for (const id of ids) {
    const release = held.has(id) ? undefined : await owners.hold(id);
    if (!release) continue;
    await dropIfUseless(connection, id).finally(release);
  }
}

/** Checks inside the transaction: another page may have written to the journal since it was listed. */
async function dropIfUseless(connection: JournalDatabaseConnection, id: string): Promise<void> {
  const transaction = connection.transaction(["journals", "parts"], "readwrite");
  const journals = transaction.objectStore("journals");
  if (isUseless(await journals.get(id))) {
    await Promise.all([
      journals.delete(id),
      transaction.objectStore("parts").delete(createJournalPartsKeyRange(id)),
    ]);
  }
  await transaction.done;
}

/** False for unreadable journals, because they may contain unsaved work. */
function isUseless(record: unknown): boolean {
  if (!isPlainObject(record) || !isSupportedJournalFormat(record["format"]) || record["isRest"] === true)
    return false;
  const { unsaved, discardedAt } = record;
  if (typeof discardedAt === "number") return Math.abs(Date.now() - discardedAt) > DISCARDED_MS;
  return unsaved === 0;
}

export function isDiscardedJournal(record: unknown): boolean {
  return isPlainObject(record) && typeof record["discardedAt"] === "number";
}

/** Every record has an id, because `id` is the key path of the object store. */
export function readJournalId(record: unknown): string {
  return (isPlainObject(record) && toStringOrUndefined(record["id"])) || "";
}

export function parseJournalSummary(record: unknown, tabId: string): JournalSummary {
  const fields = isPlainObject(record) ? record : {};
  const text = (name: string) => toStringOrUndefined(fields[name]) ?? "";
  return {
    id: readJournalId(record),
    flowId: text("flowId"),
    flowName: text("flowName"),
    server: text("server"),
    isOfThisTab: fields["tabId"] === tabId,
    startedAt: parseNonNegativeInteger(fields["startedAt"]) ?? 0,
    editedAt: parseNonNegativeInteger(fields["editedAt"]) ?? 0,
    unsaved: parseNonNegativeInteger(fields["unsaved"]),
    version: readVersion(fields["mark"]),
    isRest: fields["isRest"] === true,
  };
}

function readVersion(mark: unknown): FlowVersionIdentifier | undefined {
  const base = isPlainObject(mark) ? mark["base"] : undefined;
  const version = isPlainObject(base) ? base["version"] : undefined;
  if (!isPlainObject(version)) return undefined;
  const updatedAt = toStringOrUndefined(version["updatedAt"]);
  return updatedAt === undefined ? undefined : { token: toStringOrUndefined(version["token"]), updatedAt };
}
