import { type SQL, sql } from "drizzle-orm";
import type { Store } from "./store.ts";

/** Rows of one transaction, so that nobody waits for long. */
const SLICE = 1000;

/** Deletes batches that ended, and step results, from before `cut`, slice by slice. Answers how many rows went. */
export async function pruneRuns(
  store: Pick<Store, "write">,
  cut: Date,
  mayGoOn: () => boolean,
): Promise<number> {
  const time = sql`${cut.toISOString()}::timestamptz`;
  const old = sql`SELECT organization_id, id FROM batches
    WHERE created_at < ${time} AND status NOT IN ('scheduled', 'running')`;
  // A batch goes as a whole, and last of all that is its own, so that what a crash leaves of it is found again.
  const parts: readonly (readonly [table: SQL, condition: SQL])[] = [
    [sql`step_results`, sql`(organization_id, batch_id) IN (${old})`],
    [sql`batch_records`, sql`(organization_id, batch_id) IN (${old})`],
    [sql`batches`, sql`(organization_id, id) IN (${old})`],
    [sql`step_results`, sql`created_at < ${time} AND batch_id IS NULL`],
  ];
  let pruned = 0;
  for (const [table, condition] of parts) {
    for (let deleted = SLICE; deleted === SLICE && mayGoOn(); pruned += deleted) {
      deleted = await store.write(async (tx) => {
        const slice = sql`SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${SLICE}`;
        const result = await tx.execute(
          sql`DELETE FROM ${table} WHERE ctid = ANY (ARRAY(${slice})) RETURNING 1 AS gone`,
        );
        return result.rows.length;
      });
    }
  }
  return pruned;
}
