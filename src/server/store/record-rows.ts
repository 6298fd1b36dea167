import { and, eq, inArray, sql } from "drizzle-orm";
import type { Reader, Transaction } from "./database.ts";
import { nameKey } from "./name-key.ts";
import { records } from "./schema.ts";

/** A record as it is stored, but for the column that only searches use. */
export type RecordRow = Omit<typeof records.$inferSelect, "nameKey">;

export const recordColumns = {
  organizationId: records.organizationId,
  id: records.id,
  userId: records.userId,
  type: records.type,
  name: records.name,
  metadata: records.metadata,
  messages: records.messages,
  productSurfaceId: records.productSurfaceId,
  createdAt: records.createdAt,
  updatedAt: records.updatedAt,
};

export async function findRecord(
  reader: Reader,
  organizationId: string,
  id: string,
): Promise<RecordRow | undefined> {
  const [row] = await reader.select(recordColumns).from(records).where(isRecord(organizationId, id));
  return row;
}

export async function findRecords(
  reader: Reader,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly RecordRow[]> {
  return reader
    .select(recordColumns)
    .from(records)
    .where(and(eq(records.organizationId, organizationId), inArray(records.id, [...ids])));
}

export async function findRecordByName(
  reader: Reader,
  organizationId: string,
  type: string,
  name: string,
): Promise<RecordRow | undefined> {
  const [row] = await reader
    .select(recordColumns)
    .from(records)
    .where(isNamed(organizationId, type, name));
  return row;
}

/** The record, kept from any other writer until the transaction ends. */
export async function lockRecord(
  tx: Transaction,
  organizationId: string,
  which: { readonly id: string } | { readonly type: string; readonly name: string },
): Promise<RecordRow | undefined> {
  const condition =
    "id" in which ? isRecord(organizationId, which.id) : isNamed(organizationId, which.type, which.name);
  const [row] = await tx.select(recordColumns).from(records).where(condition).for("update");
  return row;
}

/**
 * Inserts the records whose names are free, and answers the ids of those. In one order of names for all writers: two that
 * bring the same ones would otherwise wait for each other.
 */
export async function insertRecords(
  tx: Transaction,
  rows: readonly RecordRow[],
): Promise<ReadonlySet<string>> {
  const ordered = rows.toSorted((a, b) => compare(a.type, b.type) || compare(a.name, b.name));
  const made = await tx
    .insert(records)
    .values(ordered.map((row) => ({ ...row, nameKey: nameKey(row.name) })))
    .onConflictDoNothing()
    .returning({ id: records.id });
  return new Set(made.map(({ id }) => id));
}

/** Fails with the driver's error where the new type and name are another record's. */
export async function updateRecordRow(tx: Transaction, row: RecordRow): Promise<void> {
  const { organizationId, id, type, name, metadata, messages, updatedAt } = row;
  await tx
    .update(records)
    .set({ type, name, nameKey: nameKey(name), metadata, messages, updatedAt })
    .where(isRecord(organizationId, id));
}

/** Answers which there were, with their types. Held in the order of their ids first, so that no two deletes deadlock. */
export async function deleteRecordRows(
  tx: Transaction,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly type: string }[]> {
  const condition = and(eq(records.organizationId, organizationId), inArray(records.id, [...ids]));
  await tx.select({ id: records.id }).from(records).where(condition).orderBy(records.id).for("update");
  return tx.delete(records).where(condition).returning({ id: records.id, type: records.type });
}

function isRecord(organizationId: string, id: string) {
  return and(eq(records.organizationId, organizationId), eq(records.id, id));
}

/** By the hash as well, since that is what the index holds. */
function isNamed(organizationId: string, type: string, name: string) {
  return and(
    eq(records.organizationId, organizationId),
    eq(records.type, type),
    sql`md5(${records.name}) = md5(${name})`,
    eq(records.name, name),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
