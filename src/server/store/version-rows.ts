import { and, desc, eq, lt, max, ne } from "drizzle-orm";
import type { Reader, Transaction } from "./database.ts";
import { flowVersions } from "./schema.ts";

export type VersionRow = typeof flowVersions.$inferSelect;
export type VersionType = VersionRow["versionType"];

/** A version as lists show it: its config is never read. */
export type VersionListRow = Omit<VersionRow, "config" | "definitionHash" | "organizationId">;

const listColumns = {
  id: flowVersions.id,
  flowId: flowVersions.flowId,
  versionNumber: flowVersions.versionNumber,
  versionType: flowVersions.versionType,
  label: flowVersions.label,
  notes: flowVersions.notes,
  stepSummary: flowVersions.stepSummary,
  stepCount: flowVersions.stepCount,
  changes: flowVersions.changes,
  createdAt: flowVersions.createdAt,
};

export async function findVersion(
  reader: Reader,
  organizationId: string,
  id: string,
): Promise<VersionRow | undefined> {
  const [row] = await reader
    .select()
    .from(flowVersions)
    .where(and(eq(flowVersions.organizationId, organizationId), eq(flowVersions.id, id)));
  return row;
}

/** The definition of the newest version that is no draft; undefined where there is none. */
export async function findLastFrozen(
  reader: Reader,
  organizationId: string,
  flowId: string,
): Promise<string | undefined> {
  const [row] = await reader
    .select({ config: flowVersions.config })
    .from(flowVersions)
    .where(and(isOfFlow(organizationId, flowId), ne(flowVersions.versionType, "draft")))
    .orderBy(desc(flowVersions.versionNumber))
    .limit(1);
  return row?.config ?? undefined;
}

/** The newest version's number and id; a flow always has one. */
export async function findLatestVersion(reader: Reader, organizationId: string, flowId: string) {
  const [row] = await reader
    .select({ id: flowVersions.id, versionNumber: flowVersions.versionNumber })
    .from(flowVersions)
    .where(isOfFlow(organizationId, flowId))
    .orderBy(desc(flowVersions.versionNumber))
    .limit(1);
  return row;
}

export async function nextVersionNumber(
  tx: Transaction,
  organizationId: string,
  flowId: string,
): Promise<number> {
  const [row] = await tx
    .select({ last: max(flowVersions.versionNumber) })
    .from(flowVersions)
    .where(isOfFlow(organizationId, flowId));
  return (row?.last ?? 0) + 1;
}

/** Newest first; `before` and `limit` page by number. */
export async function listVersions(
  reader: Reader,
  organizationId: string,
  flowId: string,
  filter: { type?: VersionType | undefined; before?: number | undefined; limit?: number | undefined },
): Promise<readonly VersionListRow[]> {
  const query = reader
    .select(listColumns)
    .from(flowVersions)
    .where(
      and(
        isOfFlow(organizationId, flowId),
        filter.type && eq(flowVersions.versionType, filter.type),
        filter.before === undefined ? undefined : lt(flowVersions.versionNumber, filter.before),
      ),
    )
    .orderBy(desc(flowVersions.versionNumber))
    .$dynamic();
  return filter.limit === undefined ? query : query.limit(filter.limit);
}

export async function insertVersion(tx: Transaction, row: typeof flowVersions.$inferInsert): Promise<void> {
  await tx.insert(flowVersions).values(row);
}

/** Turns the draft into an immutable version. Its time is then that of its publication. */
export async function promoteDraft(
  tx: Transaction,
  organizationId: string,
  id: string,
  content: Partial<typeof flowVersions.$inferInsert>,
): Promise<{ readonly versionNumber: number }> {
  const [row] = await tx
    .update(flowVersions)
    .set({ ...content, versionType: "published" })
    .where(
      and(
        eq(flowVersions.organizationId, organizationId),
        eq(flowVersions.id, id),
        eq(flowVersions.versionType, "draft"),
      ),
    )
    .returning({ versionNumber: flowVersions.versionNumber });
  if (!row) throw new Error(`there is no draft ${id}`);
  return row;
}

function isOfFlow(organizationId: string, flowId: string) {
  return and(eq(flowVersions.organizationId, organizationId), eq(flowVersions.flowId, flowId));
}
