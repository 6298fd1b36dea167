import { type SQL, sql } from "drizzle-orm";

export interface AuditedBatch {
  readonly id: string;
  readonly records: number;
  /** Ids of the steps, in order. Each completed record must have one result of each step. */
  readonly stepIds: readonly string[];
  readonly status?: "completed" | "failed" | "cancelled";
}

export interface RowReader {
  execute(query: SQL): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
}

/**
 * Checks the rows of an ended batch, and returns a sentence for each violation: every record must have one
 * final result, the counters must equal the rows, a completed record must have one result of each step, from its
 * final execution, and the hours of the flow must count all its runs and records once.
 */
export async function auditBatch(reader: RowReader, batch: AuditedBatch): Promise<readonly string[]> {
  const { id, records, stepIds, status = "completed" } = batch;
  const findings: string[] = [];
  const expectEqual = (what: string, actual: unknown, expected: unknown) => {
    const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (found !== wanted) findings.push(`${id}: ${what}: ${found} instead of ${wanted}`);
  };
  const { rows: states } = await reader.execute(sql`
    SELECT status, total_records AS total, processed_records AS processed, failed_records AS failed,
      cancelled_records AS cancelled, completed_at IS NOT NULL AS "isEnded"
    FROM batches WHERE id = ${id}`);
  const { rows: counts } = await reader.execute(sql`
    SELECT count(*)::integer AS total, (count(*) FILTER (WHERE status IN ('completed', 'failed')))::integer AS processed,
      (count(*) FILTER (WHERE status = 'failed'))::integer AS failed,
      (count(*) FILTER (WHERE status = 'cancelled'))::integer AS cancelled,
      (count(*) FILTER (WHERE status IN ('waiting', 'running')))::integer AS open,
      (count(*) FILTER (WHERE status <> 'cancelled' AND completed_at IS NULL))::integer AS "withoutEnd"
    FROM batch_records WHERE batch_id = ${id}`);
  const { open, withoutEnd, ...rows } = counts[0] ?? {};
  expectEqual("state and counters", states[0], { status, ...rows, isEnded: true });
  expectEqual("records", rows["total"], records);
  expectEqual("records without a final result", open, 0);
  expectEqual("ended records without a time", withoutEnd, 0);
  const { rows: wrong } = await reader.execute(sql`
    SELECT position, status, executions, steps FROM (
      SELECT records.position, records.status, records.execution_id,
        array_agg(DISTINCT results.execution_id) AS executions,
        array_agg(results.step_id ORDER BY results.position) AS steps
      FROM batch_records AS records LEFT JOIN step_results AS results
        ON results.batch_id = records.batch_id AND results.record_id = records.record_id
      WHERE records.batch_id = ${id} GROUP BY 1, 2, 3
    ) AS found
    WHERE status = 'completed' AND NOT (executions = ARRAY[execution_id] AND steps = ${sql.param([...stepIds])}::text[])
    ORDER BY position LIMIT 3`);
  expectEqual("records without one result of each step", wrong, []);
  const { rows: flows } = await reader.execute(sql`
    SELECT id FROM flows WHERE id = (SELECT flow_id FROM batches WHERE id = ${id})`);
  for (const flow of flows) {
    const [counted, stored] = await Promise.all([
      reader.execute(sql`
        SELECT sum(runs)::integer AS runs, sum(executions)::integer AS executions, sum(failed_executions)::integer AS failed
        FROM flow_run_hours WHERE flow_id = ${flow["id"]}`),
      reader.execute(sql`
        SELECT (count(*) FILTER (WHERE completed_at IS NOT NULL))::integer AS runs,
          sum(processed_records)::integer AS executions, sum(failed_records)::integer AS failed
        FROM batches WHERE flow_id = ${flow["id"]}`),
    ]);
    expectEqual("counts of the flow's hours", counted.rows[0], stored.rows[0]);
  }
  return findings;
}

/** Returns the number of jobs of the queue that wait or run. */
export async function countOpenJobs(reader: RowReader): Promise<number> {
  const { rows: found } = await reader.execute(
    sql`SELECT to_regclass('pgboss.job') IS NOT NULL AS "hasQueue"`,
  );
  if (found[0]?.["hasQueue"] !== true) return 0;
  const { rows } = await reader.execute(sql`
    SELECT count(*)::integer AS jobs FROM pgboss.job
    WHERE name NOT LIKE '\\_\\_pgboss%' AND state IN ('created', 'retry', 'active')`);
  return Number(rows[0]?.["jobs"]);
}
