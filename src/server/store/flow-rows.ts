import { SQL, and, eq, inArray, is, sql } from "drizzle-orm";
import type { Database, DatabaseReader, DatabaseTransaction } from "./database.ts";
import { normalizeNameForSearch } from "./normalize-name-for-search.ts";
import { flowCountsTable, flowsTable } from "./tables.ts";

export type FlowRow = Omit<
  typeof flowsTable.$inferSelect,
  "nameKey" | "line" | "publishState" | "countedHash" | "countedRunAt" | "recentOutcomes"
>;
export type NewFlowRow = Omit<
  typeof flowsTable.$inferInsert,
  "publishState" | "countedHash" | "countedRunAt" | "recentOutcomes"
>;

export type FlowChanges = Partial<NewFlowRow> & { readonly recentOutcomes?: SQL };

const columns = {
  organizationId: flowsTable.organizationId,
  id: flowsTable.id,
  userId: flowsTable.userId,
  name: flowsTable.name,
  description: flowsTable.description,
  sampleMetadata: flowsTable.sampleMetadata,
  steps: flowsTable.steps,
  stepCount: flowsTable.stepCount,
  totalStepCount: flowsTable.totalStepCount,
  disabledStepCount: flowsTable.disabledStepCount,
  revision: flowsTable.revision,
  saveKeys: flowsTable.saveKeys,
  definitionHash: flowsTable.definitionHash,
  draftVersionId: flowsTable.draftVersionId,
  publishedVersionId: flowsTable.publishedVersionId,
  publishedVersionNumber: flowsTable.publishedVersionNumber,
  publishedHash: flowsTable.publishedHash,
  publisherScopes: flowsTable.publisherScopes,
  lastRunAt: flowsTable.lastRunAt,
  lastRunStatus: flowsTable.lastRunStatus,
  lastRunRecords: flowsTable.lastRunRecords,
  lastRunFailedRecords: flowsTable.lastRunFailedRecords,
  tags: flowsTable.tags,
  createdAt: flowsTable.createdAt,
  updatedAt: flowsTable.updatedAt,
  indexedHash: flowsTable.indexedHash,
  savedBy: flowsTable.savedBy,
  savedRevision: flowsTable.savedRevision,
  upsertedHash: flowsTable.upsertedHash,
  upsertedDescription: flowsTable.upsertedDescription,
};

const prepareFind = (database: Database) =>
  database
    .select(columns)
    .from(flowsTable)
    .where(
      and(
        eq(flowsTable.organizationId, sql.placeholder("organizationId")),
        eq(flowsTable.id, sql.placeholder("id")),
      ),
    )
    .prepare("find_flow");

const finds = new WeakMap<Database, ReturnType<typeof prepareFind>>();

/** Finds a flow with a prepared statement, because this query is the most frequent one. */
export async function findFlow(
  database: Database,
  organizationId: string,
  id: string,
): Promise<FlowRow | undefined> {
  let find = finds.get(database);
  if (!find) {
    find = prepareFind(database);
    finds.set(database, find);
  }
  const [row] = await find.execute({ organizationId, id });
  return row;
}

const columnList = sql.raw(
  Object.entries(columns)
    .map(([key, column]) => `"${column.name}" AS "${key}"`)
    .join(", "),
);
const timeKeys = Object.entries(columns).flatMap(([key, column]) =>
  column.dataType === "date" ? [key] : [],
);

/** Locks it. SQL, like {@link updateFlow}: drizzle's builders would take longer than the database. */
export async function lockAndReadFlowRow(
  tx: DatabaseTransaction,
  organizationId: string,
  id: string,
): Promise<FlowRow | undefined> {
  const { rows } = await tx.execute(
    sql`SELECT ${columnList} FROM flows WHERE organization_id = ${organizationId} AND id = ${id} FOR UPDATE`,
  );
  const [row] = rows;
  if (!row) return undefined;
  for (const key of timeKeys) if (row[key] !== null) row[key] = new Date(row[key] as string);
  return row as unknown as FlowRow;
}

/** Which of these flows there are. */
export async function listExistingFlowIds(
  reader: DatabaseReader,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await reader
    .select({ id: flowsTable.id })
    .from(flowsTable)
    .where(and(eq(flowsTable.organizationId, organizationId), inArray(flowsTable.id, [...ids])));
  return new Set(rows.map(({ id }) => id));
}

/** Reads the flow and locks it against deletion until the transaction ends, but not against updates. */
export async function readFlowRowToRun(
  tx: DatabaseTransaction,
  organizationId: string,
  id: string,
): Promise<FlowRow | undefined> {
  const [row] = await tx.select(columns).from(flowsTable).where(isFlow(organizationId, id)).for("key share");
  return row;
}

/** Maximum number of ids that an error lists for a name. */
const MAX_NAMESAKES = 10;

/** Lists flows with exactly this name, oldest first. */
export async function findFlowIdsByName(
  tx: DatabaseTransaction,
  organizationId: string,
  name: string,
): Promise<readonly string[]> {
  const rows = await tx
    .select({ id: flowsTable.id })
    .from(flowsTable)
    .where(
      and(
        eq(flowsTable.organizationId, organizationId),
        // Compares the key too, because only the key has an index, although several names may share a key.
        eq(flowsTable.nameKey, normalizeNameForSearch(name)),
        eq(flowsTable.name, name),
      ),
    )
    .orderBy(flowsTable.createdAt, flowsTable.id)
    .limit(MAX_NAMESAKES);
  return rows.map(({ id }) => id);
}

/** Waits until no other transaction holds the lock of this name, then holds it until the transaction ends. */
export async function lockFlowName(
  tx: DatabaseTransaction,
  organizationId: string,
  name: string,
): Promise<void> {
  const lock = JSON.stringify(["flow name", organizationId, name]);
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${lock}, 0))`);
}

export async function insertFlow(tx: DatabaseTransaction, row: NewFlowRow): Promise<void> {
  await tx.insert(flowsTable).values({ ...row, ...markCounts(row) });
}

export async function updateFlow(
  tx: DatabaseTransaction,
  organizationId: string,
  id: string,
  changes: FlowChanges,
): Promise<void> {
  const sets = Object.entries({ ...changes, ...markCounts(changes) }).flatMap(([key, value]) => {
    const column = flowsTable[key as keyof FlowChanges];
    if (value === undefined) return [];
    return [sql`${sql.raw(`"${column.name}" = `)}${is(value, SQL) ? value : sql.param(value, column)}`];
  });
  await tx.execute(
    sql`UPDATE flows SET ${sql.join(sets, sql.raw(", "))} WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

/** The most runs whose outcomes the row of a flow holds. */
const MAX_RECENT_OUTCOMES = 20;

/** The value of `recentOutcomes` after one more run. */
export function appendRecentOutcome(outcome: string): SQL {
  return sql`right(recent_outcomes || ${outcome}, ${sql.raw(String(MAX_RECENT_OUTCOMES))})`;
}

/** Hash and run time of the counts: an older server changes the flow without them. */
function markCounts({ definitionHash, lastRunAt }: FlowChanges) {
  return {
    ...(definitionHash !== undefined && { countedHash: definitionHash }),
    ...(lastRunAt !== undefined && { countedRunAt: lastRunAt }),
  };
}

export async function deleteFlowRow(
  tx: DatabaseTransaction,
  organizationId: string,
  id: string,
): Promise<void> {
  await tx.delete(flowsTable).where(isFlow(organizationId, id));
}

/** The row that counts an organization's flows stays, with the count zero. */
export async function hasStoreNeverContainedFlows(database: Database): Promise<boolean> {
  const rows = await database.select({ flows: flowCountsTable.flows }).from(flowCountsTable).limit(1);
  return rows.length === 0;
}

function isFlow(organizationId: string, id: string) {
  return and(eq(flowsTable.organizationId, organizationId), eq(flowsTable.id, id));
}
