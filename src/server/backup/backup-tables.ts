import { sql } from "drizzle-orm";
import type { DatabaseReader } from "#server/store/database.ts";

/**
 * Tables of a backup, each after the tables that its foreign keys name. Left out: counters, which triggers
 * maintain; the index of steps, which a server builds; sessions, so that a restore signs no user in; what
 * alerts have sent; and tables of the job queue.
 */
export const BACKUP_TABLES = [
  "flows",
  "flow_versions",
  "flow_tags",
  "records",
  "batch_steps",
  "batches",
  "batch_records",
  "step_results",
  "schedules",
  "schedule_runs",
  "schedule_days",
  "flow_run_hours",
  "idempotency_keys",
  "started_batches",
  "alert_rules",
] as const;

/** A restored flow is not in the index of steps yet, and a restored batch has no jobs. */
const OMITTED_COLUMNS = ["indexed_hash", "queued_records", "claim", "claimed_until", "watch_job_id"];

export interface TableColumn {
  readonly name: string;
  /** The column's type as SQL, to cast text to. */
  readonly type: string;
}

/** Lists the columns that are stored, not generated, in the table's order. */
export async function listTableColumns(
  reader: DatabaseReader,
  table: string,
): Promise<readonly TableColumn[]> {
  const result = await reader.execute(sql`
    SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
    WHERE attrelid = to_regclass(${table}) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum`);
  return result.rows
    .map(({ name, type }) => ({ name: String(name), type: String(type) }))
    .filter(({ name }) => !OMITTED_COLUMNS.includes(name));
}

export async function readSchemaVersion(reader: DatabaseReader): Promise<number> {
  const result = await reader.execute(sql`SELECT max(version) AS version FROM schema_migrations`);
  return Number(result.rows[0]?.["version"]);
}
