import { type SQL, and, eq, inArray, sql } from "drizzle-orm";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { normalizeNameForSearch } from "./normalize-name-for-search.ts";
import { recordsTable } from "./tables.ts";

export type RecordRow = Omit<typeof recordsTable.$inferSelect, "nameKey" | "contentLength" | "lastRunWrite">;

/** `lastRunWrite` is a hash of the last write by a step of a run; writes of users leave it as it is. */
export type LockedRecordRow = RecordRow & Pick<typeof recordsTable.$inferSelect, "lastRunWrite">;

export const recordRowSelectColumns = {
  organizationId: recordsTable.organizationId,
  id: recordsTable.id,
  userId: recordsTable.userId,
  type: recordsTable.type,
  name: recordsTable.name,
  metadata: recordsTable.metadata,
  messages: recordsTable.messages,
  productSurfaceId: recordsTable.productSurfaceId,
  createdAt: recordsTable.createdAt,
  updatedAt: recordsTable.updatedAt,
};

export async function findRecord(
  reader: DatabaseReader,
  organizationId: string,
  id: string,
): Promise<RecordRow | undefined> {
  const [row] = await reader
    .select(recordRowSelectColumns)
    .from(recordsTable)
    .where(isRecord(organizationId, id));
  return row;
}

export async function findRecordRowsByIds(
  reader: DatabaseReader,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly RecordRow[]> {
  return reader
    .select(recordRowSelectColumns)
    .from(recordsTable)
    .where(and(eq(recordsTable.organizationId, organizationId), inArray(recordsTable.id, [...ids])));
}

export async function listRecordTypesByIds(
  reader: DatabaseReader,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await reader
    .select({ id: recordsTable.id, type: recordsTable.type })
    .from(recordsTable)
    .where(and(eq(recordsTable.organizationId, organizationId), inArray(recordsTable.id, [...ids])));
  return new Map(rows.map(({ id, type }) => [id, type]));
}

export async function findRecordByName(
  reader: DatabaseReader,
  organizationId: string,
  type: string,
  name: string,
): Promise<RecordRow | undefined> {
  const [row] = await reader
    .select(recordRowSelectColumns)
    .from(recordsTable)
    .where(isNamed(organizationId, type, name));
  return row;
}

export async function lockAndReadRecordRow(
  tx: DatabaseTransaction,
  organizationId: string,
  which: { readonly id: string } | { readonly type: string; readonly name: string },
): Promise<LockedRecordRow | undefined> {
  const condition =
    "id" in which ? isRecord(organizationId, which.id) : isNamed(organizationId, which.type, which.name);
  const columns = { ...recordRowSelectColumns, lastRunWrite: recordsTable.lastRunWrite };
  const [row] = await tx.select(columns).from(recordsTable).where(condition).for("update");
  return row;
}

/** In the order of names, because two writers in different orders would deadlock. Returns the ids. */
export async function insertRecords(
  tx: DatabaseTransaction,
  rows: readonly (RecordRow & Partial<LockedRecordRow>)[],
): Promise<ReadonlySet<string>> {
  const ordered = rows.toSorted((a, b) => compare(a.type, b.type) || compare(a.name, b.name));
  const inserted = await tx
    .insert(recordsTable)
    .values(ordered.map((row) => ({ ...row, nameKey: normalizeNameForSearch(row.name) })))
    .onConflictDoNothing()
    .returning({ id: recordsTable.id });
  return new Set(inserted.map(({ id }) => id));
}

/** Updates a record; fails with the driver's unique violation if its type and name belong to another record. */
export async function updateRecordRow(
  tx: DatabaseTransaction,
  row: RecordRow & Partial<LockedRecordRow>,
): Promise<void> {
  const { organizationId, id, type, name, metadata, messages, updatedAt, lastRunWrite } = row;
  await tx
    .update(recordsTable)
    .set({
      type,
      name,
      nameKey: normalizeNameForSearch(name),
      metadata,
      messages,
      updatedAt,
      ...(lastRunWrite !== undefined && { lastRunWrite }),
    })
    .where(isRecord(organizationId, id));
}

/** Locks the records among `ids` that match, in the order of their ids, and returns their lengths. */
export async function lockMatchingRecords(
  tx: DatabaseTransaction,
  organizationId: string,
  ids: readonly string[],
  condition: SQL | undefined,
): Promise<readonly { readonly id: string; readonly length: number }[]> {
  return tx
    .select({ id: recordsTable.id, length: recordsTable.contentLength })
    .from(recordsTable)
    .where(
      and(eq(recordsTable.organizationId, organizationId), inArray(recordsTable.id, [...ids]), condition),
    )
    .orderBy(recordsTable.id)
    .for("update");
}

/** Replaces the metadata of locked records. */
export async function updateMetadataOfRecords(
  tx: DatabaseTransaction,
  organizationId: string,
  rows: readonly Pick<RecordRow, "id" | "metadata" | "updatedAt">[],
): Promise<void> {
  await tx.execute(sql`
    UPDATE records SET metadata = edited.metadata::json, updated_at = edited."updatedAt"
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS edited (id text, metadata text, "updatedAt" timestamptz)
    WHERE records.organization_id = ${organizationId} AND records.id = edited.id`);
}

/** Returns those that existed. Locks by id, so that two deletes cannot deadlock. */
export async function deleteRecordRows(
  tx: DatabaseTransaction,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly type: string }[]> {
  const condition = and(eq(recordsTable.organizationId, organizationId), inArray(recordsTable.id, [...ids]));
  await tx
    .select({ id: recordsTable.id })
    .from(recordsTable)
    .where(condition)
    .orderBy(recordsTable.id)
    .for("update");
  return tx.delete(recordsTable).where(condition).returning({ id: recordsTable.id, type: recordsTable.type });
}

function isRecord(organizationId: string, id: string) {
  return and(eq(recordsTable.organizationId, organizationId), eq(recordsTable.id, id));
}

/** Only the hash of the name is indexed, and different names may have the same. */
function isNamed(organizationId: string, type: string, name: string) {
  return and(
    eq(recordsTable.organizationId, organizationId),
    eq(recordsTable.type, type),
    sql`md5(${recordsTable.name}) = md5(${name})`,
    eq(recordsTable.name, name),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
