import { and, desc, eq, inArray, lt, max, ne } from "drizzle-orm";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { flowVersionsTable } from "./tables.ts";

export type VersionRow = typeof flowVersionsTable.$inferSelect;
export type VersionType = VersionRow["versionType"];

export type VersionListRow = Omit<VersionRow, "config" | "definitionHash" | "organizationId">;

const listColumns = {
  id: flowVersionsTable.id,
  flowId: flowVersionsTable.flowId,
  versionNumber: flowVersionsTable.versionNumber,
  versionType: flowVersionsTable.versionType,
  label: flowVersionsTable.label,
  notes: flowVersionsTable.notes,
  stepSummary: flowVersionsTable.stepSummary,
  stepCount: flowVersionsTable.stepCount,
  totalStepCount: flowVersionsTable.totalStepCount,
  changes: flowVersionsTable.changes,
  createdBy: flowVersionsTable.createdBy,
  createdAt: flowVersionsTable.createdAt,
};

export async function findVersion(
  reader: DatabaseReader,
  organizationId: string,
  id: string,
): Promise<VersionRow | undefined> {
  const [row] = await reader
    .select()
    .from(flowVersionsTable)
    .where(and(eq(flowVersionsTable.organizationId, organizationId), eq(flowVersionsTable.id, id)));
  return row;
}

/** Returns the config of the newest version that is not a draft; undefined if there is none. */
export async function findLatestNonDraftConfig(
  reader: DatabaseReader,
  organizationId: string,
  flowId: string,
): Promise<string | undefined> {
  const [row] = await reader
    .select({ config: flowVersionsTable.config })
    .from(flowVersionsTable)
    .where(and(isOfFlow(organizationId, flowId), ne(flowVersionsTable.versionType, "draft")))
    .orderBy(desc(flowVersionsTable.versionNumber))
    .limit(1);
  return row?.config ?? undefined;
}

export async function findLatestVersion(reader: DatabaseReader, organizationId: string, flowId: string) {
  const [row] = await reader
    .select({ id: flowVersionsTable.id, versionNumber: flowVersionsTable.versionNumber })
    .from(flowVersionsTable)
    .where(isOfFlow(organizationId, flowId))
    .orderBy(desc(flowVersionsTable.versionNumber))
    .limit(1);
  return row;
}

export async function getNextVersionNumber(
  tx: DatabaseTransaction,
  organizationId: string,
  flowId: string,
): Promise<number> {
  const [row] = await tx
    .select({ last: max(flowVersionsTable.versionNumber) })
    .from(flowVersionsTable)
    .where(isOfFlow(organizationId, flowId));
  return (row?.last ?? 0) + 1;
}

export async function listVersions(
  reader: DatabaseReader,
  organizationId: string,
  flowId: string,
  filter: { type?: VersionType | undefined; before?: number | undefined; limit?: number | undefined },
): Promise<readonly VersionListRow[]> {
  const query = reader
    .select(listColumns)
    .from(flowVersionsTable)
    .where(
      and(
        isOfFlow(organizationId, flowId),
        filter.type && eq(flowVersionsTable.versionType, filter.type),
        filter.before === undefined ? undefined : lt(flowVersionsTable.versionNumber, filter.before),
      ),
    )
    .orderBy(desc(flowVersionsTable.versionNumber))
    .$dynamic();
  return filter.limit === undefined ? query : query.limit(filter.limit);
}

export interface VersionLabel {
  readonly versionNumber: number;
  readonly isDraft: boolean;
}

/** By id; without versions that were deleted with their flow. */
export async function listVersionLabels(
  reader: DatabaseReader,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, VersionLabel>> {
  if (ids.length === 0) return new Map();
  const { organizationId: organization, id, versionNumber, versionType } = flowVersionsTable;
  const rows = await reader
    .select({ id, versionNumber, versionType })
    .from(flowVersionsTable)
    .where(and(eq(organization, organizationId), inArray(id, [...ids])));
  return new Map(
    rows.map((row) => [row.id, { versionNumber: row.versionNumber, isDraft: row.versionType === "draft" }]),
  );
}

export async function insertVersion(
  tx: DatabaseTransaction,
  row: typeof flowVersionsTable.$inferInsert,
): Promise<void> {
  await tx.insert(flowVersionsTable).values(row);
}

export async function updateDraftTexts(
  tx: DatabaseTransaction,
  organizationId: string,
  id: string,
  texts: { readonly label: string | null; readonly notes: string | null },
): Promise<void> {
  await tx.update(flowVersionsTable).set(texts).where(isDraft(organizationId, id));
}

/** Turns the draft into an immutable version, whose creation time is the time of the conversion. */
export async function convertDraftToVersion(
  tx: DatabaseTransaction,
  organizationId: string,
  id: string,
  content: Partial<typeof flowVersionsTable.$inferInsert> & {
    readonly versionType: Exclude<VersionType, "draft">;
  },
): Promise<{ readonly versionNumber: number }> {
  const [row] = await tx
    .update(flowVersionsTable)
    .set(content)
    .where(isDraft(organizationId, id))
    .returning({ versionNumber: flowVersionsTable.versionNumber });
  if (!row) throw new Error(`there is no draft ${id}`);
  return row;
}

function isDraft(organizationId: string, id: string) {
  const { organizationId: organization, id: versionId, versionType } = flowVersionsTable;
  return and(eq(organization, organizationId), eq(versionId, id), eq(versionType, "draft"));
}

function isOfFlow(organizationId: string, flowId: string) {
  return and(eq(flowVersionsTable.organizationId, organizationId), eq(flowVersionsTable.flowId, flowId));
}
