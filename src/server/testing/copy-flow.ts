import { type SQL, sql } from "drizzle-orm";
import {
  DAY_MS,
  createPartitionsOfTimes,
  listStepResultPartitions,
} from "#server/store/step-result-partitions.ts";
import type { Store } from "#server/store/store.ts";
import { type StorePlace, withStoppedStore } from "./stopped-store.ts";

const COPIES_PER_STATEMENT = 5_000;

/** This text in the name of the original flow becomes the number of the copy. */
const COPY_NUMBER = "copynumber";

/** One of this many copies also gets copies of the original’s runs; with 1, 100,000 flows have 10,000,000 results. */
export const COPIES_PER_RUN = Number(process.env["COPIES_PER_RUN"] ?? 10);

/** Days over which the runs of the copies are spread. */
const RUN_DAYS = 20;

/** Tables with the rows of a flow, and those with the rows of its runs. */
const FLOW_TABLES = ["flows", "flow_versions", "flow_tags", "step_index"] as const;
const RUN_TABLES = ["batches", "batch_records", "step_results", "flow_run_hours"] as const;

/** As many outcomes of runs as the row of a flow holds, so that every row of a list draws all its bars. */
const RECENT_OUTCOMES = 20;

/**
 * Multiplies one flow of a store that no server uses: adds `count` copies, `flow_1` and up, with their versions, tags
 * and index of steps, and with copies of its runs. Every column of the original is copied, so that the rows are as the
 * server of this version writes them.
 */
export async function copyFlow(place: StorePlace, flowId: string, count: number): Promise<void> {
  await withStoppedStore(place, async (store) => {
    const resume = await suspendIndexesAndTriggers(store);
    await divideIntoDays(store);
    for (const table of FLOW_TABLES) await copyRows(store, { table, flowId, count, every: 1 });
    for (const table of RUN_TABLES) await copyRows(store, { table, flowId, count, every: COPIES_PER_RUN });
    await store.database.execute(sql`
      INSERT INTO step_postings (organization_id, term_id, flow_number)
      SELECT organization_id, term_id, flow_number FROM step_index, unnest(term_ids) AS term_id
      ON CONFLICT DO NOTHING`);
    await resume();
    await store.database.execute(sql`VACUUM ANALYZE`);
  });
}

/**
 * Drops secondary indexes and disables triggers, which would make the inserts slow. Returns a function to
 * restore them.
 */
async function suspendIndexesAndTriggers({ database }: Store): Promise<() => Promise<void>> {
  const tables = sql.join(
    [...FLOW_TABLES, ...RUN_TABLES].map((table) => sql`${table}`),
    sql`, `,
  );
  const { rows } = await database.execute(sql`
    SELECT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS definition
    FROM pg_index WHERE indrelid IN (SELECT oid FROM pg_class WHERE relname IN (${tables}))
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`);
  for (const { name } of rows) await database.execute(sql.raw(`DROP INDEX ${String(name)}`));
  await database.execute(sql`ALTER TABLE flows DISABLE TRIGGER USER`);
  return async () => {
    await database.execute(sql`ALTER TABLE flows ENABLE TRIGGER USER`);
    await database.execute(sql`
      INSERT INTO flow_counts AS counts (organization_id, publish_state, flows)
      SELECT organization_id, publish_state, count(*) FROM flows GROUP BY 1, 2
      ON CONFLICT (organization_id, publish_state) DO UPDATE SET flows = excluded.flows`);
    // Removes ONLY from the definitions of indexes on partitioned tables, so that the partitions get them
    // too.
    for (const { definition } of rows)
      await database.execute(sql.raw(String(definition).replace(" ON ONLY ", " ON ")));
  };
}

/** Replaces the partition of all days before tomorrow, which a new store has, by one for each day of the runs. */
async function divideIntoDays(store: Store): Promise<void> {
  await store.write(async (tx) => {
    for (const { name, from } of await listStepResultPartitions(tx)) {
      if (from !== -Infinity) continue;
      const table = sql.identifier(name);
      await tx.execute(sql`ALTER TABLE step_results DETACH PARTITION ${table}`);
      const days = Array.from({ length: RUN_DAYS + 2 }, (_, index) => Date.now() - index * DAY_MS);
      await createPartitionsOfTimes(tx, days);
      await tx.execute(sql`INSERT INTO step_results SELECT * FROM ${table}`);
      await tx.execute(sql`DROP TABLE ${table}`);
    }
  });
}

interface RowsToCopy {
  readonly table: (typeof FLOW_TABLES)[number] | (typeof RUN_TABLES)[number];
  readonly flowId: string;
  readonly count: number;
  /** Copies the rows for each copy of the flow (1), or only for every n-th copy. */
  readonly every: number;
}

async function copyRows({ database }: Store, { table, flowId, count, every }: RowsToCopy): Promise<void> {
  const { rows } = await database.execute(sql`
    SELECT column_name AS name FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = ${table} AND is_generated = 'NEVER' AND is_identity = 'NO'`);
  const names = rows.map(({ name }) => String(name));
  const columns = sql.join(
    names.map((name) => sql.identifier(name)),
    sql`, `,
  );
  const values = sql.join(
    names.map((name) => copyColumn(table, name)),
    sql`, `,
  );
  const originals = {
    flows: sql`original.id = ${flowId}`,
    batch_records: sql`original.batch_id IN (SELECT id FROM batches WHERE flow_id = ${flowId})`,
    other: sql`original.flow_id = ${flowId}`,
  };
  const isOriginal = originals[table === "flows" || table === "batch_records" ? table : "other"];
  for (let done = 0; done < count; done += COPIES_PER_STATEMENT) {
    const last = Math.min(done + COPIES_PER_STATEMENT, count);
    await database.execute(sql`
      INSERT INTO ${sql.identifier(table)} (${columns})
      SELECT ${values} FROM generate_series(${done + every}::integer, ${last}::integer, ${every}::integer) AS n
      CROSS JOIN ${sql.identifier(table)} AS original WHERE ${isOriginal}`);
  }
}

/**
 * Returns the value of a column in copy `n`: numbers the ids of rows, names and times, and copies other
 * values.
 */
function copyColumn(table: RowsToCopy["table"], name: string): SQL {
  const column = sql`original.${sql.identifier(name)}`;
  if ((table === "flows" && name === "id") || name === "flow_id") return sql`'flow_' || n`;
  // Numbers no ids of steps and records, which are the same in every copy.
  if (/^(?:id|batch_id|execution_id|\w*version_id)$/.test(name)) return sql`${column} || '_' || n`;
  if (table === "flows") {
    if (name === "name" || name === "name_key") return sql`replace(${column}, ${COPY_NUMBER}, n::text)`;
    if (name === "recent_outcomes") return sql`repeat(${column}, ${RECENT_OUTCOMES})`;
    if (name === "updated_at") return sql`${column} + n * interval '1 ms'`;
  }
  if (name === "hour") return sql`${column} - (n / ${COPIES_PER_RUN} % ${RUN_DAYS}) * interval '1 day'`;
  if (/_(?:at|on|day)$/.test(name) && RUN_TABLES.some((run) => run === table))
    return sql`${column} - (n / ${COPIES_PER_RUN} % ${RUN_DAYS}) * interval '1 day' - n * interval '1 ms'`;
  return column;
}
