import { sql } from "drizzle-orm";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { migrations } from "#server/store/migrate.ts";
import { getSqlStateOfError } from "#server/store/sql-state.ts";
import { StartupError } from "#server/domain/startup-error.ts";
import { createPartitionsOfTimes } from "#server/store/step-result-partitions.ts";
import type { Store } from "#server/store/store.ts";
import type { BackupEntry, BackupHeader, RowCountsByTable } from "./backup-file.ts";
import { BACKUP_TABLES, type TableColumn, listTableColumns } from "./backup-tables.ts";

const MAX_INSERT_ROWS = 1000;
/** Target size of an insert in UTF-16 code units, which bounds the memory of a restore. */
const INSERT_LENGTH = 4 * 1024 * 1024;

/** SQLSTATE classes (PostgreSQL, appendix A) of values that a column or constraint refuses. */
const UNFIT_VALUE = /^(?:22|23)/;

const CANCELLED = "This batch was not finished when the backup was made. Run it again if you need it.";

export interface RestoreOptions {
  /** Whether servers continue the batches that were running; otherwise the restore cancels them. */
  readonly continueBatches: boolean;
  readonly onRows?: (rows: number) => void;
}

export interface RestoredBackup {
  readonly header: BackupHeader;
  readonly rows: number;
  /** Whether the backup has a checksum, which matched. */
  readonly isVerified: boolean;
  /** Number of batches that were running when the backup was made. */
  readonly unfinishedBatches: number;
}

/** In one transaction. Throws a `StartupError` if the store is not empty or the backup is unusable. */
export async function restoreBackup(
  { database }: Store,
  entries: AsyncIterable<BackupEntry>,
  { continueBatches, onRows = () => undefined }: RestoreOptions,
): Promise<RestoredBackup> {
  return database.transaction(async (tx) => {
    await assertStoreIsEmpty(tx);
    // Removes the time limit: a restore may take long, and the store has no other users.
    await tx.execute(sql`SET LOCAL statement_timeout = 0`);
    await tx.execute(sql`SET LOCAL TimeZone = 'UTC'`);
    const restored = await insertEntries(tx, entries, onRows);
    const unfinishedBatches = await countUnfinishedBatches(tx);
    if (!continueBatches && unfinishedBatches > 0) await cancelUnfinishedBatches(tx);
    if (!continueBatches) await pauseSchedulesAndAlerts(tx);
    return { ...restored, unfinishedBatches };
  });
}

async function assertStoreIsEmpty(tx: DatabaseTransaction): Promise<void> {
  const names = BACKUP_TABLES.map((table) => sql.identifier(table));
  // Locks the tables, because a server could fill the store meanwhile.
  await tx.execute(sql`LOCK TABLE ${sql.join(names, sql`, `)} IN SHARE ROW EXCLUSIVE MODE`);
  for (const table of BACKUP_TABLES) {
    const { rows } = await tx.execute(sql`SELECT 1 FROM ${sql.identifier(table)} LIMIT 1`);
    if (rows.length > 0)
      throw new StartupError(
        `The store is not empty: it has ${table.replace("_", " ")}. Restore into a new data directory or a new database, which no server has filled yet. Nothing was changed.`,
      );
  }
}

interface OpenTable {
  readonly name: string;
  readonly columns: readonly TableColumn[];
}

async function insertEntries(
  tx: DatabaseTransaction,
  entries: AsyncIterable<BackupEntry>,
  onRows: (rows: number) => void,
): Promise<Pick<RestoredBackup, "header" | "rows" | "isVerified">> {
  let header: BackupHeader | undefined;
  let table: OpenTable | undefined;
  let pending: string[] = [];
  let length = 0;
  let total = 0;
  let isVerified = false;
  const counts: Record<string, number> = {};
  const flush = async () => {
    if (table === undefined || pending.length === 0) return;
    await insertRows(tx, table, pending).catch((error: unknown) => {
      throw explainInsertError(error, table?.name ?? "");
    });
    counts[table.name] = (counts[table.name] ?? 0) + pending.length;
    total += pending.length;
    onRows(total);
    pending = [];
    length = 0;
  };
  for await (const entry of entries) {
    switch (entry.type) {
      case "header":
        header = entry.header;
        assertSchemaIsKnown(header);
        break;
      case "table":
        await flush();
        table = await openTable(tx, entry.table, entry.columns);
        counts[table.name] ??= 0;
        break;
      case "row":
        pending.push(entry.json);
        length += entry.json.length;
        if (pending.length >= MAX_INSERT_ROWS || length >= INSERT_LENGTH) await flush();
        break;
      case "end":
        await flush();
        assertCountsMatch(counts, entry.rows);
        isVerified = entry.sha256 !== undefined;
        break;
    }
  }
  if (header === undefined) throw new StartupError("The backup is empty. Nothing was changed.");
  return { header, rows: total, isVerified };
}

function assertSchemaIsKnown({ schema }: BackupHeader): void {
  const newest = migrations.at(-1)?.version ?? 0;
  if (schema <= newest) return;
  throw new StartupError(
    `The backup was written by a newer version of Flowline (schema ${schema}; this one knows ${newest}). Restore it with that version. Nothing was changed.`,
  );
}

async function openTable(
  tx: DatabaseTransaction,
  name: string,
  columnNames: readonly string[],
): Promise<OpenTable> {
  const known = (BACKUP_TABLES as readonly string[]).includes(name) ? await listTableColumns(tx, name) : [];
  const columns = columnNames.map((column) => known.find((candidate) => candidate.name === column));
  if (columns.length > 0 && columns.every((column) => column !== undefined)) return { name, columns };
  throw new StartupError(
    `The backup has a table or column that this version of Flowline does not know (${name}). Nothing was changed.`,
  );
}

async function insertRows(
  tx: DatabaseTransaction,
  { name, columns }: OpenTable,
  rows: readonly string[],
): Promise<void> {
  const names = columns.map((column) => sql.identifier(column.name));
  const values = columns.map(({ type }, index) => sql.raw(`(value ->> ${index})::${type}`));
  const given = sql`json_array_elements(${`[${rows.join(",")}]`}::json)`;
  if (name === "step_results") {
    const createdAt = values[columns.findIndex((column) => column.name === "created_at")];
    const days = await tx.execute(
      sql`SELECT DISTINCT extract(epoch FROM date_trunc('day', ${createdAt}))::float8 AS seconds FROM ${given}`,
    );
    await createPartitionsOfTimes(
      tx,
      days.rows.map(({ seconds }) => Number(seconds) * 1000),
    );
  }
  await tx.execute(sql`
    INSERT INTO ${sql.identifier(name)} (${sql.join(names, sql`, `)})
    SELECT ${sql.join(values, sql`, `)} FROM ${given}`);
}

function explainInsertError(error: unknown, table: string): unknown {
  if (!UNFIT_VALUE.test(getSqlStateOfError(error) ?? "")) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  return new StartupError(
    `The backup is damaged: a row of ${table} can’t be stored (${cause}). Nothing was changed.`,
    { cause: error },
  );
}

function assertCountsMatch(found: RowCountsByTable, expected: RowCountsByTable): void {
  const tables = new Set([...Object.keys(found), ...Object.keys(expected)]);
  for (const table of tables) {
    if (found[table] === expected[table]) continue;
    throw new StartupError(
      expected[table] === undefined
        ? `The backup is damaged: its last line has no number of rows for ${table}. Nothing was changed.`
        : `The backup is damaged: rows are missing in ${table}, which has ${found[table] ?? 0} instead of ${expected[table]}. Nothing was changed.`,
    );
  }
}

async function countUnfinishedBatches(tx: DatabaseTransaction): Promise<number> {
  const { rows } = await tx.execute(
    sql`SELECT count(*)::integer AS unfinished FROM batches WHERE status IN ('scheduled', 'running')`,
  );
  return Number(rows[0]?.["unfinished"]);
}

/** A copy of a store must not run what the original still runs, nor report that no flow has run. */
async function pauseSchedulesAndAlerts(tx: DatabaseTransaction): Promise<void> {
  await tx.execute(sql`UPDATE schedules SET enabled = false, next_run_at = NULL`);
  await tx.execute(sql`UPDATE alert_rules SET is_enabled = false`);
}

/** Cancels unfinished batches, which could run twice: in the original store and in the restored one. */
async function cancelUnfinishedBatches(tx: DatabaseTransaction): Promise<void> {
  await tx.execute(sql`
    UPDATE batch_records SET status = 'cancelled', completed_at = now()
    WHERE status IN ('waiting', 'running')`);
  await tx.execute(sql`
    UPDATE batches SET status = 'cancelled', completed_at = now(), error = ${CANCELLED},
      cancelled_records = total_records - processed_records
    WHERE status IN ('scheduled', 'running')`);
  // Shows the batch as the flow's last run, as for every cancelled batch.
  await tx.execute(sql`
    UPDATE flows SET last_run_at = last.completed_at, counted_run_at = last.completed_at, last_run_status = 'cancelled',
      last_run_records = last.total_records, last_run_failed_records = last.failed_records,
      recent_outcomes = right(flows.recent_outcomes || 'x', 20)
    FROM (
      SELECT DISTINCT ON (organization_id, flow_id) * FROM batches
      WHERE error = ${CANCELLED} AND status = 'cancelled' AND NOT is_virtual
      ORDER BY organization_id, flow_id, created_at DESC
    ) AS last
    WHERE flows.organization_id = last.organization_id AND flows.id = last.flow_id
      AND (flows.last_run_at IS NULL OR flows.last_run_at < last.created_at)`);
}
