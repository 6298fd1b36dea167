import { and, asc, eq, isNull, or, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import type { AlertCondition } from "#contract/alert-kinds.ts";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { RECORD_QUEUE_SCHEMA } from "./record-queue.ts";
import { alertRulesTable, alertStatesTable, flowsTable } from "./tables.ts";

export type AlertRuleRow = typeof alertRulesTable.$inferSelect;
export type AlertRuleKey = Pick<AlertRuleRow, "organizationId" | "id">;
export type AlertRuleChanges = PgUpdateSetSource<typeof alertRulesTable>;
export type NamedAlertRuleRow = AlertRuleRow & { readonly flowName: string | null };

const JOBS = sql`${sql.raw(RECORD_QUEUE_SCHEMA)}.job`;

const columns = {
  organizationId: alertRulesTable.organizationId,
  id: alertRulesTable.id,
  flowId: alertRulesTable.flowId,
  conditions: alertRulesTable.conditions,
  notRunMinutes: alertRulesTable.notRunMinutes,
  target: alertRulesTable.target,
  secret: alertRulesTable.secret,
  isEnabled: alertRulesTable.isEnabled,
  createdBy: alertRulesTable.createdBy,
  scopes: alertRulesTable.scopes,
  keyHash: alertRulesTable.keyHash,
  pauseReason: alertRulesTable.pauseReason,
  watchJobId: alertRulesTable.watchJobId,
  watchedFrom: alertRulesTable.watchedFrom,
  reportedUntil: alertRulesTable.reportedUntil,
  deletedAt: alertRulesTable.deletedAt,
  createdAt: alertRulesTable.createdAt,
  updatedAt: alertRulesTable.updatedAt,
};

const isRule = ({ organizationId, id }: AlertRuleKey) =>
  and(eq(alertRulesTable.organizationId, organizationId), eq(alertRulesTable.id, id));

const isOfFlow = (flowId: string) => or(eq(alertRulesTable.flowId, flowId), isNull(alertRulesTable.flowId));

/** Oldest first, each with the name of its flow. With a flow, only the rules that apply to it. */
export async function listAlertRules(
  reader: DatabaseReader,
  organizationId: string,
  flowId?: string,
): Promise<readonly NamedAlertRuleRow[]> {
  return selectNamed(reader)
    .where(
      and(
        eq(alertRulesTable.organizationId, organizationId),
        isNull(alertRulesTable.deletedAt),
        flowId === undefined ? undefined : isOfFlow(flowId),
      ),
    )
    .orderBy(asc(alertRulesTable.createdAt), asc(alertRulesTable.id));
}

/** Undefined also for a deleted rule. */
export async function findAlertRule(
  reader: DatabaseReader,
  key: AlertRuleKey,
): Promise<NamedAlertRuleRow | undefined> {
  const [row] = await selectNamed(reader).where(and(isRule(key), isNull(alertRulesTable.deletedAt)));
  return row;
}

function selectNamed(reader: DatabaseReader) {
  return reader
    .select({ ...columns, flowName: flowsTable.name })
    .from(alertRulesTable)
    .leftJoin(
      flowsTable,
      and(
        eq(flowsTable.organizationId, alertRulesTable.organizationId),
        eq(flowsTable.id, alertRulesTable.flowId),
      ),
    );
}

/** Returns the rule even if it is deleted. */
export async function lockAlertRule(
  tx: DatabaseTransaction,
  key: AlertRuleKey,
): Promise<AlertRuleRow | undefined> {
  const [row] = await tx.select(columns).from(alertRulesTable).where(isRule(key)).for("update");
  return row;
}

export async function insertAlertRule(
  tx: DatabaseTransaction,
  row: typeof alertRulesTable.$inferInsert,
): Promise<void> {
  await tx.insert(alertRulesTable).values(row);
}

export async function updateAlertRule(
  tx: DatabaseTransaction,
  key: AlertRuleKey,
  changes: AlertRuleChanges,
): Promise<void> {
  await tx.update(alertRulesTable).set(changes).where(isRule(key));
}

/** Waits for other transactions that add rules, so that they are counted too. */
export async function lockAndCountAlertRules(tx: DatabaseTransaction, organizationId: string) {
  const lock = JSON.stringify(["alert rules", organizationId]);
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${lock}, 0))`);
  const { rows } = await tx.execute(sql`
    SELECT count(*)::integer AS rules FROM alert_rules
    WHERE organization_id = ${organizationId} AND deleted_at IS NULL`);
  return Number(rows[0]?.["rules"]);
}

/** The enabled rules that a run of this flow may concern. The end of every run reads them. */
export async function listAlertConditions(
  tx: DatabaseTransaction,
  organizationId: string,
  flowId: string,
): Promise<readonly Pick<AlertRuleRow, "id" | "conditions">[]> {
  return tx
    .select({ id: alertRulesTable.id, conditions: alertRulesTable.conditions })
    .from(alertRulesTable)
    .where(
      and(
        eq(alertRulesTable.organizationId, organizationId),
        isOfFlow(flowId),
        eq(alertRulesTable.isEnabled, true),
        isNull(alertRulesTable.deletedAt),
      ),
    );
}

export interface LastRun {
  readonly status: string | null;
  readonly failedRecords: number | null;
}

/** Reads the flow's last run before it is replaced, and lets other runs of the flow that end now wait. */
export async function lockLastRun(
  tx: DatabaseTransaction,
  organizationId: string,
  flowId: string,
): Promise<LastRun | undefined> {
  const [row] = await tx
    .select({ status: flowsTable.lastRunStatus, failedRecords: flowsTable.lastRunFailedRecords })
    .from(flowsTable)
    .where(and(eq(flowsTable.organizationId, organizationId), eq(flowsTable.id, flowId)))
    .for("no key update");
  return row;
}

export interface CountedRun extends AlertRuleKey {
  readonly flowId: string;
  readonly condition: AlertCondition;
  /** JSON of what a summary says about the run. */
  readonly run: string;
}

/** Seconds in which a flow has one alert of a rule. */
const QUIET_SECONDS = 60 * 60;

/** `counted` is the number of runs that the next summary has; 0 for a run whose alert is sent at once. */
export interface AlertTurn {
  readonly counted: number;
  readonly secondsUntilSummary: number;
}

/**
 * Counts the run for the summary if the flow had an alert of the rule within the hour. Undefined if the rule is gone: a lock
 * keeps it until the transaction ends, because a foreign key that fails would roll back the results of the run.
 */
export async function takeAlertTurn(
  tx: DatabaseTransaction,
  { organizationId, id, flowId, condition, run }: CountedRun,
): Promise<AlertTurn | undefined> {
  const [failed, recovered] = condition === "recovers" ? [0, 1] : [1, 0];
  const isQuiet = sql`(state.quiet_until > now() OR state.failed_runs + state.recovered_runs > 0)`;
  const { rows } = await tx.execute(sql`
    INSERT INTO alert_states AS state (organization_id, rule_id, flow_id, quiet_until)
    SELECT organization_id, id, ${flowId}, ${QUIET_END} FROM alert_rules
    WHERE organization_id = ${organizationId} AND id = ${id} AND deleted_at IS NULL FOR KEY SHARE
    ON CONFLICT (organization_id, rule_id, flow_id) DO UPDATE SET
      failed_runs = CASE WHEN ${isQuiet} THEN state.failed_runs + ${failed} ELSE 0 END,
      recovered_runs = CASE WHEN ${isQuiet} THEN state.recovered_runs + ${recovered} ELSE 0 END,
      run = CASE WHEN ${isQuiet} THEN ${run}::json END,
      quiet_until = CASE WHEN ${isQuiet} THEN state.quiet_until ELSE excluded.quiet_until END
    RETURNING failed_runs + recovered_runs AS counted,
      greatest(0, extract(epoch FROM quiet_until - now()))::float8 AS seconds`);
  const [row] = rows;
  return row && { counted: Number(row["counted"]), secondsUntilSummary: Number(row["seconds"]) };
}

const QUIET_END = sql`now() + ${sql.raw(`interval '${QUIET_SECONDS} seconds'`)}`;

/** Begins an hour without further alerts about the flow, and returns 0; or the seconds until a running hour ends. */
export async function beginQuietHour(
  tx: DatabaseTransaction,
  { organizationId, id, flowId }: AlertRuleKey & { readonly flowId: string },
): Promise<number> {
  const { rows } = await tx.execute(sql`
    INSERT INTO alert_states AS state (organization_id, rule_id, flow_id, quiet_until)
    VALUES (${organizationId}, ${id}, ${flowId}, ${QUIET_END})
    ON CONFLICT (organization_id, rule_id, flow_id) DO UPDATE
    SET quiet_until = greatest(state.quiet_until, CASE WHEN state.quiet_until > now() THEN NULL ELSE excluded.quiet_until END)
    RETURNING CASE WHEN quiet_until = (${QUIET_END})::timestamptz(3) THEN 0
      ELSE extract(epoch FROM quiet_until - now()) END::float8 AS seconds`);
  return Number(rows[0]?.["seconds"]);
}

export interface CollectedRuns {
  readonly failedRuns: number;
  readonly recoveredRuns: number;
  /** JSON of the latest of them. */
  readonly run: string | null;
}

/** Takes what was counted since the last alert and begins the next hour. Undefined if nothing was. */
export async function takeCollectedRuns(
  tx: DatabaseTransaction,
  { organizationId, id, flowId }: AlertRuleKey & { readonly flowId: string },
): Promise<CollectedRuns | undefined> {
  const isState = and(
    eq(alertStatesTable.organizationId, organizationId),
    eq(alertStatesTable.ruleId, id),
    eq(alertStatesTable.flowId, flowId),
  );
  const [collected] = await tx
    .select({
      failedRuns: alertStatesTable.failedRuns,
      recoveredRuns: alertStatesTable.recoveredRuns,
      run: alertStatesTable.run,
    })
    .from(alertStatesTable)
    .where(isState)
    .for("update");
  if (!collected || collected.failedRuns + collected.recoveredRuns === 0) return undefined;
  await tx
    .update(alertStatesTable)
    .set({ failedRuns: 0, recoveredRuns: 0, run: null, quietUntil: QUIET_END })
    .where(isState);
  return collected;
}

/** Rules that watch for missing runs, but whose job is gone: after a restore of a backup. */
export async function listUnwatchedRules(
  reader: DatabaseReader,
  queue: string,
): Promise<readonly AlertRuleKey[]> {
  const { rows } = await reader.execute(sql`
    SELECT organization_id, id FROM alert_rules
    WHERE not_run_minutes IS NOT NULL AND is_enabled AND deleted_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM ${JOBS}
      WHERE name = ${queue} AND job.id = alert_rules.watch_job_id AND state < 'completed'
    )`);
  return rows.map((row) => ({ organizationId: String(row["organization_id"]), id: String(row["id"]) }));
}

export async function hasDueJobs(reader: DatabaseReader, queue: string): Promise<boolean> {
  const { rows } = await reader.execute(sql`
    SELECT EXISTS (
      SELECT 1 FROM ${JOBS} WHERE name = ${queue} AND state < 'active' AND start_after < now()
    ) AS found`);
  return rows[0]?.["found"] === true;
}

/** Lets one server at a time take jobs, until the transaction ends: pg-boss counts those of a target without a lock. */
export async function lockAlertQueue(tx: DatabaseTransaction): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended('alert queue', 0))`);
}

/** Jobs that a worker has. */
export async function listActiveJobs(reader: DatabaseReader, queue: string): Promise<readonly string[]> {
  const { rows } = await reader.execute(sql`
    SELECT id FROM ${JOBS} WHERE name = ${queue} AND state = 'active'`);
  return rows.map(({ id }) => String(id));
}

/** Deletes rules that were deleted by a user more than a day ago, and hours that are over. */
export async function deleteOldAlertRows(tx: DatabaseTransaction): Promise<void> {
  await tx.execute(sql`DELETE FROM alert_rules WHERE deleted_at < now() - interval '1 day'`);
  await tx.execute(sql`
    DELETE FROM alert_states WHERE (organization_id, rule_id, flow_id) IN (
      SELECT organization_id, rule_id, flow_id FROM alert_states
      WHERE quiet_until < now() - interval '1 day' AND failed_runs + recovered_runs = 0 FOR UPDATE SKIP LOCKED
    )`);
}
