import { and, asc, desc, eq, inArray, sql } from "drizzle-orm";
import { getFlowTagKey } from "#core/document/flow-tags.ts";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { flowTagCountsTable, flowTagsTable, flowsTable } from "./tables.ts";

const MAX_LISTED_TAGS = 1000;

/** In the order of their keys. Returns, by key, the spelling in use. */
export async function lockFlowTagSpellings(
  tx: DatabaseTransaction,
  organizationId: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map();
  const rows = await tx
    .select({ key: flowTagCountsTable.tagKey, name: flowTagCountsTable.name })
    .from(flowTagCountsTable)
    .where(
      and(
        eq(flowTagCountsTable.organizationId, organizationId),
        inArray(flowTagCountsTable.tagKey, names.map(getFlowTagKey)),
      ),
    )
    .orderBy(asc(flowTagCountsTable.tagKey))
    .for("update");
  return new Map(rows.map(({ key, name }) => [key, name]));
}

/** Inserts and deletes the rows by which lists filter; `flows.tags` is written separately. */
export async function replaceFlowTagRows(
  tx: DatabaseTransaction,
  { organizationId, id }: { readonly organizationId: string; readonly id: string },
  from: readonly string[],
  to: readonly string[],
): Promise<void> {
  const newKeys = new Set(to.map(getFlowTagKey));
  const oldKeys = new Set(from.map(getFlowTagKey));
  const removedKeys = [...oldKeys].filter((key) => !newKeys.has(key));
  const added = to.filter((name) => !oldKeys.has(getFlowTagKey(name)));
  if (removedKeys.length > 0) {
    const isOfFlow = and(eq(flowTagsTable.organizationId, organizationId), eq(flowTagsTable.flowId, id));
    await tx.delete(flowTagsTable).where(and(isOfFlow, inArray(flowTagsTable.tagKey, removedKeys)));
  }
  if (added.length > 0) {
    await tx
      .insert(flowTagsTable)
      .values(added.map((name) => ({ organizationId, flowId: id, tagKey: getFlowTagKey(name), name })));
  }
}

export async function readFlowTagCounts(reader: DatabaseReader, organizationId: string, search: string) {
  const key = getFlowTagKey(search);
  const rows = await reader
    .select({ name: flowTagCountsTable.name, flows: flowTagCountsTable.flows })
    .from(flowTagCountsTable)
    .where(
      and(
        eq(flowTagCountsTable.organizationId, organizationId),
        key === "" ? undefined : sql`strpos(${flowTagCountsTable.tagKey}, ${key}) > 0`,
      ),
    )
    .orderBy(desc(flowTagCountsTable.flows), asc(flowTagCountsTable.tagKey))
    .limit(MAX_LISTED_TAGS + 1);
  return { tags: rows.slice(0, MAX_LISTED_TAGS), hasMore: rows.length > MAX_LISTED_TAGS };
}

/** Returns the number of flows of each tag that any flow has, by key. */
export async function readFlowTagCountsOf(
  reader: DatabaseReader,
  organizationId: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await reader
    .select({ key: flowTagCountsTable.tagKey, flows: flowTagCountsTable.flows })
    .from(flowTagCountsTable)
    .where(
      and(
        eq(flowTagCountsTable.organizationId, organizationId),
        inArray(flowTagCountsTable.tagKey, [...keys]),
      ),
    );
  return new Map(rows.map(({ key, flows }) => [key, flows]));
}

/** Returns the tags of each flow that has any, in the order of their keys. */
export async function readTagsOfFlows(
  reader: DatabaseReader,
  organizationId: string,
  flowIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const tags = new Map<string, string[]>();
  if (flowIds.length === 0) return tags;
  const rows = await reader
    .select({ flowId: flowTagsTable.flowId, name: flowTagsTable.name })
    .from(flowTagsTable)
    .where(and(eq(flowTagsTable.organizationId, organizationId), inArray(flowTagsTable.flowId, [...flowIds])))
    .orderBy(asc(flowTagsTable.tagKey));
  for (const { flowId, name } of rows) tags.set(flowId, [...(tags.get(flowId) ?? []), name]);
  return tags;
}

/** Returns the ids of the flows that have all the tags. */
export async function findTaggedFlows(
  reader: DatabaseReader,
  organizationId: string,
  keys: readonly string[],
): Promise<readonly string[]> {
  const rows = await reader
    .select({ flowId: flowTagsTable.flowId })
    .from(flowTagsTable)
    .where(and(eq(flowTagsTable.organizationId, organizationId), inArray(flowTagsTable.tagKey, [...keys])))
    .groupBy(flowTagsTable.flowId)
    .having(sql`count(*) = ${keys.length}`);
  return rows.map(({ flowId }) => flowId);
}

/** Locks the tags of a flow that this store does not hold, until the transaction ends. */
export async function lockTagsOfFlow(
  tx: DatabaseTransaction,
  organizationId: string,
  flowId: string,
): Promise<void> {
  const lock = JSON.stringify(["flow tags", organizationId, flowId]);
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${lock}, 0))`);
}

/** Whether a flow has the tag. A scalar subquery, because PostgreSQL would turn EXISTS into a join of all flows. */
export function buildFlowHasTagCondition(key: string) {
  return sql`(SELECT true FROM ${flowTagsTable} WHERE ${flowTagsTable.organizationId} = ${flowsTable.organizationId}
    AND ${flowTagsTable.tagKey} = ${key} AND ${flowTagsTable.flowId} = ${flowsTable.id})`;
}

/** PostgreSQL plans an array of unknown length as short, so it never scans the flows in list order. */
export function buildFlowAmongTaggedCondition(organizationId: string, key: string) {
  return sql`${flowsTable.id} = ANY(ARRAY(SELECT ${flowTagsTable.flowId} FROM ${flowTagsTable}
    WHERE ${flowTagsTable.organizationId} = ${organizationId} AND ${flowTagsTable.tagKey} = ${key}))`;
}
