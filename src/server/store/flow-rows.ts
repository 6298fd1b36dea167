import { and, eq, sql } from "drizzle-orm";
import type { Database, Transaction } from "./database.ts";
import { flowCounts, flows } from "./schema.ts";

/** A flow as it is stored, but for the columns that only lists use. */
export type FlowRow = Omit<typeof flows.$inferSelect, "nameKey" | "nameStarts" | "line" | "publishState">;
export type NewFlowRow = Omit<typeof flows.$inferInsert, "publishState">;

const columns = {
  organizationId: flows.organizationId,
  id: flows.id,
  userId: flows.userId,
  name: flows.name,
  description: flows.description,
  steps: flows.steps,
  stepCount: flows.stepCount,
  disabledStepCount: flows.disabledStepCount,
  revision: flows.revision,
  saveKeys: flows.saveKeys,
  definitionHash: flows.definitionHash,
  draftVersionId: flows.draftVersionId,
  publishedVersionId: flows.publishedVersionId,
  publishedVersionNumber: flows.publishedVersionNumber,
  publishedHash: flows.publishedHash,
  lastRunAt: flows.lastRunAt,
  lastRunStatus: flows.lastRunStatus,
  createdAt: flows.createdAt,
  updatedAt: flows.updatedAt,
};

const prepareFind = (database: Database) =>
  database
    .select(columns)
    .from(flows)
    .where(
      and(eq(flows.organizationId, sql.placeholder("organizationId")), eq(flows.id, sql.placeholder("id"))),
    )
    .prepare("find_flow");

const finds = new WeakMap<Database, ReturnType<typeof prepareFind>>();

/** The most frequent read: one row by its primary key, with a statement prepared once. */
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

/** The flow, kept from any other writer until the transaction ends. */
export async function lockFlow(
  tx: Transaction,
  organizationId: string,
  id: string,
): Promise<FlowRow | undefined> {
  const [row] = await tx.select(columns).from(flows).where(isFlow(organizationId, id)).for("update");
  return row;
}

export async function insertFlow(tx: Transaction, row: NewFlowRow): Promise<void> {
  await tx.insert(flows).values(row);
}

export async function updateFlow(
  tx: Transaction,
  organizationId: string,
  id: string,
  changes: Partial<NewFlowRow>,
): Promise<void> {
  await tx.update(flows).set(changes).where(isFlow(organizationId, id));
}

/** Its versions go with it. */
export async function deleteFlow(tx: Transaction, organizationId: string, id: string): Promise<void> {
  await tx.delete(flows).where(isFlow(organizationId, id));
}

/** True when no organisation ever had a flow: counts stay, at zero, when the last one is deleted. */
export async function isNewStore(database: Database): Promise<boolean> {
  const rows = await database.select({ flows: flowCounts.flows }).from(flowCounts).limit(1);
  return rows.length === 0;
}

function isFlow(organizationId: string, id: string) {
  return and(eq(flows.organizationId, organizationId), eq(flows.id, id));
}
