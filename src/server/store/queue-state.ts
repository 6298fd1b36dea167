import { sql } from "drizzle-orm";
import type { DatabaseReader } from "./database.ts";

/** Maximum number of batches to read. If more are active, the numbers are lower bounds. */
const MAX_BATCHES = 10_000;

/** Numbers of records in batches that have not ended. */
export interface QueueState {
  readonly waiting: number;
  readonly active: number;
  readonly failed: number;
  /** Creation of the oldest batch that has waiting records; undefined if no record waits. */
  readonly waitingSince: Date | undefined;
}

/** Counts records by state. Reads active batches by a partial index, and only the rows of running records. */
export async function readQueueState(reader: DatabaseReader): Promise<QueueState> {
  const { rows } = await reader.execute(sql`
    SELECT
      coalesce(sum(open), 0)::float8 - coalesce(sum(active), 0)::float8 AS waiting,
      coalesce(sum(active), 0)::float8 AS active,
      coalesce(sum(failed_records), 0)::float8 AS failed,
      extract(epoch FROM min(created_at) FILTER (WHERE open > active))::float8 AS waiting_since
    FROM (
      SELECT created_at, failed_records, total_records - processed_records - cancelled_records AS open, (
        SELECT count(*) FROM batch_records
        WHERE batch_records.organization_id = batches.organization_id AND batch_id = batches.id
          AND batch_records.status = 'running'
      ) AS active
      FROM batches WHERE status IN ('scheduled', 'running') LIMIT ${MAX_BATCHES}
    ) AS batches`);
  const row = rows[0] ?? {};
  const since = row["waiting_since"];
  return {
    waiting: Math.max(0, Number(row["waiting"])),
    active: Number(row["active"]),
    failed: Number(row["failed"]),
    waitingSince: typeof since === "number" ? new Date(since * 1000) : undefined,
  };
}
