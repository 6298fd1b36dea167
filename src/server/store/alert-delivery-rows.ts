import { and, desc, eq, sql } from "drizzle-orm";
import type { AlertDeliveryState, AlertKind } from "#contract/alert-kinds.ts";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { alertDeliveriesTable } from "./tables.ts";

export type AlertDeliveryRow = typeof alertDeliveriesTable.$inferSelect;
export type AlertDeliveryKey = Pick<AlertDeliveryRow, "organizationId" | "id">;

const MAX_LISTED = 30;

const columns = {
  organizationId: alertDeliveriesTable.organizationId,
  id: alertDeliveriesTable.id,
  ruleId: alertDeliveriesTable.ruleId,
  kind: alertDeliveriesTable.kind,
  content: alertDeliveriesTable.content,
  state: alertDeliveriesTable.state,
  attempts: alertDeliveriesTable.attempts,
  error: alertDeliveriesTable.error,
  createdAt: alertDeliveriesTable.createdAt,
  attemptedAt: alertDeliveriesTable.attemptedAt,
  nextAttemptAt: alertDeliveriesTable.nextAttemptAt,
};

const isDelivery = ({ organizationId, id }: AlertDeliveryKey) =>
  and(eq(alertDeliveriesTable.organizationId, organizationId), eq(alertDeliveriesTable.id, id));

const isOfRule = (organizationId: string, ruleId: string) =>
  and(eq(alertDeliveriesTable.organizationId, organizationId), eq(alertDeliveriesTable.ruleId, ruleId));

export interface NewAlertDelivery extends AlertDeliveryKey {
  readonly ruleId: string;
  readonly kind: AlertKind;
  readonly content: string;
}

/** The caller holds a lock of the rule. */
export async function insertAlertDelivery(tx: DatabaseTransaction, row: NewAlertDelivery): Promise<void> {
  await tx.insert(alertDeliveriesTable).values(row);
}

export async function findAlertDelivery(
  reader: DatabaseReader,
  key: AlertDeliveryKey,
): Promise<AlertDeliveryRow | undefined> {
  const [row] = await reader.select(columns).from(alertDeliveriesTable).where(isDelivery(key));
  return row;
}

export interface AlertAttempt {
  readonly state: AlertDeliveryState;
  readonly error: string | null;
  /** Seconds until the next attempt; null if there is none. */
  readonly retrySeconds: number | null;
}

export async function storeAlertAttempt(
  tx: DatabaseTransaction,
  key: AlertDeliveryKey,
  { state, error, retrySeconds }: AlertAttempt,
): Promise<void> {
  await tx
    .update(alertDeliveriesTable)
    .set({
      state,
      error,
      attempts: sql`${alertDeliveriesTable.attempts} + 1`,
      attemptedAt: sql`clock_timestamp()`,
      nextAttemptAt:
        retrySeconds === null ? null : sql`clock_timestamp() + make_interval(secs => ${retrySeconds})`,
    })
    .where(isDelivery(key));
}

export async function dropAlertDelivery(tx: DatabaseTransaction, key: AlertDeliveryKey): Promise<void> {
  await tx.update(alertDeliveriesTable).set({ state: "dropped", nextAttemptAt: null }).where(isDelivery(key));
}

/** What a deleted or paused rule has not sent yet. Their jobs find nothing to do. */
export async function dropPendingDeliveries(
  tx: DatabaseTransaction,
  organizationId: string,
  ruleId: string,
): Promise<void> {
  await tx
    .update(alertDeliveriesTable)
    .set({ state: "dropped", nextAttemptAt: null })
    .where(and(isOfRule(organizationId, ruleId), eq(alertDeliveriesTable.state, "pending")));
}

/** Newest first. */
export async function listAlertDeliveries(
  reader: DatabaseReader,
  organizationId: string,
  ruleId: string,
): Promise<readonly AlertDeliveryRow[]> {
  return reader
    .select(columns)
    .from(alertDeliveriesTable)
    .where(isOfRule(organizationId, ruleId))
    .orderBy(desc(alertDeliveriesTable.createdAt), desc(alertDeliveriesTable.id))
    .limit(MAX_LISTED);
}

/** The newest delivery of each rule, by the rule's id. */
export async function findLastDeliveries(
  reader: DatabaseReader,
  organizationId: string,
  ruleIds: readonly string[],
): Promise<ReadonlyMap<string, AlertDeliveryRow>> {
  if (ruleIds.length === 0) return new Map();
  const rules = sql`json_array_elements_text(${JSON.stringify(ruleIds)}::json) AS rule (id)`;
  const { rows } = await reader.execute(sql`
    SELECT last.id FROM ${rules} CROSS JOIN LATERAL (
      SELECT id FROM alert_deliveries WHERE organization_id = ${organizationId} AND rule_id = rule.id
      ORDER BY created_at DESC, id DESC LIMIT 1
    ) AS last`);
  const ids = rows.map(({ id }) => String(id));
  if (ids.length === 0) return new Map();
  const found = await reader
    .select(columns)
    .from(alertDeliveriesTable)
    .where(
      and(eq(alertDeliveriesTable.organizationId, organizationId), sql`${alertDeliveriesTable.id} IN ${ids}`),
    );
  return new Map(found.map((row) => [row.ruleId, row]));
}

const SLICE = 1000;

/** Deletes a slice of deliveries that were created before `cut`; returns whether there may be more. */
export async function deleteOldDeliveries(tx: DatabaseTransaction, cut: Date): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    DELETE FROM alert_deliveries WHERE (organization_id, id) IN (
      SELECT organization_id, id FROM alert_deliveries
      WHERE created_at < ${cut.toISOString()}::timestamptz ORDER BY created_at LIMIT ${SLICE}
    ) RETURNING 1`);
  return rows.length === SLICE;
}
