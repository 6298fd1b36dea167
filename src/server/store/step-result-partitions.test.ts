import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createTypeId } from "#core/document/type-id.ts";
import { insertFlowRow, insertResults, runSql } from "#server/testing/step-result-rows.ts";
import { describeSuiteForEitherStore, describeSuiteForServers } from "#server/testing/test-stores.ts";
import type { DatabaseTransaction } from "./database.ts";
import { deleteOldBatchesAndStepResults } from "./delete-old-batches.ts";
import {
  DAY_MS,
  createMissingPartitions,
  createPartitionsOfTimes,
  listStepResultPartitions,
} from "./step-result-partitions.ts";
import { findOutputOfStepResult, listExecutionStepResults } from "./step-result-rows.ts";
import type { Store } from "./store.ts";

const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const daysAgo = (days: number) => TODAY - days * DAY_MS + 1000;
const oldest = TODAY - 30 * DAY_MS;

const namesOf = async (store: Store) =>
  (await listStepResultPartitions(store.database)).map(({ name }) => name);
const nameOf = (time: number) =>
  `step_results_${new Date(time).toISOString().slice(0, 10).replaceAll("-", "")}`;
const countByPartition = async (store: Store) =>
  Object.fromEntries(
    (
      await runSql(
        store,
        "SELECT tableoid::regclass::text AS name, count(*)::int AS rows FROM step_results GROUP BY 1",
      )
    ).map(({ name, rows }) => [name, rows]),
  );

async function dropPartitions(store: Store): Promise<void> {
  for (const name of await namesOf(store)) await runSql(store, `DROP TABLE ${name}`);
}

describeSuiteForEitherStore("partitions of step results", (store) => {
  beforeEach(() => dropPartitions(store()));
  afterEach(() => vi.useRealTimers());
  const maintain = (now = Date.now()) => createMissingPartitions(store(), { now, oldest });

  it("are created for today and the next days, and only once", async () => {
    expect(await maintain()).toBe(4);
    expect(await namesOf(store())).toEqual([0, -1, -2, -3].map((days) => nameOf(daysAgo(days))));
    expect(await maintain()).toBe(0);
  });

  it("hold the results of their day; the default partition holds all others", async () => {
    await maintain();
    await insertResults(store(), [daysAgo(0), daysAgo(-1), daysAgo(-400), daysAgo(400)]);
    expect(await countByPartition(store())).toEqual({
      [nameOf(daysAgo(0))]: 1,
      [nameOf(daysAgo(-1))]: 1,
      step_results_default: 2,
    });
  });

  it("take over rows of their day from the default partition, but are not created a year ahead", async () => {
    await insertResults(store(), [daysAgo(0), daysAgo(2), daysAgo(2) + 5, daysAgo(40), daysAgo(-365)]);
    expect(await maintain()).toBe(5);
    expect(await countByPartition(store())).toEqual({
      [nameOf(daysAgo(0))]: 1,
      [nameOf(daysAgo(2))]: 2,
      step_results_default: 2,
    });
  });

  it("are not created for a day with too many rows in the default partition", async () => {
    await runSql(
      store(),
      `INSERT INTO step_results (organization_id, id, user_id, execution_id, step_name, step_type, position, status, created_at)
       SELECT 'org_local', 'stepres_' || number, 'user_local', 'exec_1', 'A', 'prompt', 0, 'completed', '${new Date(daysAgo(0)).toISOString()}'
       FROM generate_series(1, 10001) AS numbers (number)`,
    );
    expect(await maintain()).toBe(3);
    expect(await countByPartition(store())).toEqual({ step_results_default: 10_001 });
    await runSql(store(), "DELETE FROM step_results_default");
  });

  it("are created in advance even if the server’s clock jumps back an hour or forward a year", async () => {
    await maintain(TODAY + 30 * 60_000);
    await maintain(TODAY - 30 * 60_000);
    await maintain(daysAgo(-365));
    await insertResults(store(), [TODAY - 30 * 60_000, TODAY + 1, daysAgo(-365)]);
    expect(await countByPartition(store())).toEqual(
      Object.fromEntries([daysAgo(1), daysAgo(0), daysAgo(-365)].map((time) => [nameOf(time), 1])),
    );
  });

  it("are dropped as a whole when all their results are too old, while other rows are deleted one by one", async () => {
    await insertResults(store(), [daysAgo(50)]);
    await store().database.transaction((tx) => createPartitionsOfTimes(tx, [31, 30, 29].map(daysAgo)));
    await insertResults(store(), [daysAgo(31), daysAgo(30), daysAgo(29)]);
    const cut = new Date(daysAgo(30) + 60_000);
    expect(await deleteOldBatchesAndStepResults(store(), cut, () => true)).toBe(1);
    expect(await namesOf(store())).toEqual([nameOf(daysAgo(30)), nameOf(daysAgo(29))]);
    expect(await countByPartition(store())).toEqual({ [nameOf(daysAgo(30))]: 1, [nameOf(daysAgo(29))]: 1 });
  });

  it("are created by a later attempt if the disk was full at first, and results are stored meanwhile", async () => {
    await insertResults(store(), [daysAgo(0)]);
    const full = Object.assign(new Error("could not extend file: No space left on device"), {
      code: "53100",
    });
    const failing: Pick<Store, "database" | "write"> = {
      database: store().database,
      write: (work) =>
        store().write((tx, publish) => {
          const execute: DatabaseTransaction["execute"] = (query) => {
            if (JSON.stringify(query).includes("ATTACH PARTITION")) throw full;
            return tx.execute(query);
          };
          return work(Object.assign(Object.create(tx) as DatabaseTransaction, { execute }), publish);
        }),
    };
    const attempt = createMissingPartitions(failing, { now: Date.now(), oldest });
    await expect(attempt).rejects.toThrow("No space left");
    await insertResults(store(), [daysAgo(0) + 1]);
    expect(await countByPartition(store())).toEqual({ step_results_default: 2 });
    expect(await maintain()).toBe(4);
    expect(await countByPartition(store())).toEqual({ [nameOf(daysAgo(0))]: 2 });
  });

  it("do not include old batches, which are deleted in slices with their records, except active ones", async () => {
    await runSql(
      store(),
      `INSERT INTO batches (organization_id, id, user_id, flow_id, flow_name, scopes, steps, status, total_records, concurrency, created_at)
       SELECT 'org_' || n % 3, 'batch_' || n, 'user_local', 'flow_1', 'F', '{}', '[]', CASE n % 50 WHEN 0 THEN 'running' ELSE 'completed' END, 1, 1,
         now() - CASE WHEN n <= 300 THEN interval '40 days' ELSE interval '1 day' END FROM generate_series(1, 310) AS numbers (n)`,
    );
    await runSql(
      store(),
      `INSERT INTO batch_records (organization_id, batch_id, position, record_id)
       SELECT organization_id, id, n, 'record_' || n FROM batches, generate_series(1, 15) AS numbers (n)`,
    );
    const cut = new Date(oldest);
    expect(await deleteOldBatchesAndStepResults(store(), cut, () => true)).toBe(294 * 16);
    const left =
      "SELECT count(*)::int AS batches, (SELECT count(*)::int FROM batch_records) AS records FROM batches";
    expect(await runSql(store(), left)).toEqual([{ batches: 16, records: 16 * 15 }]);
    let slices = 0;
    await deleteOldBatchesAndStepResults(store(), new Date(), () => (slices += 1) < 3);
    expect(slices).toBeGreaterThan(2);
  });

  it("are not deleted while recent if the server’s clock jumps a year ahead", async () => {
    await store().database.transaction((tx) => createPartitionsOfTimes(tx, [1, 40].map(daysAgo)));
    await insertResults(store(), [1, 40, 50].map(daysAgo));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 365 * DAY_MS });
    await deleteOldBatchesAndStepResults(store(), new Date(Date.now() - 30 * DAY_MS), () => true);
    expect(await countByPartition(store())).toEqual({ [nameOf(daysAgo(1))]: 1 });
  });

  it("lose the results of a flow that is deleted", async () => {
    const times = Array.from({ length: 30 }, (_, days) => daysAgo(days));
    await store().database.transaction((tx) => createPartitionsOfTimes(tx, times));
    for (const id of ["flow_gone", "flow_kept"]) await insertFlowRow(store(), id);
    await insertResults(store(), times, { flowId: "flow_gone" });
    await insertResults(store(), times, { flowId: "flow_kept", prefix: "kept" });
    expect(Object.keys(await countByPartition(store()))).toHaveLength(30);
    await runSql(store(), "DELETE FROM flows WHERE id = 'flow_gone'");
    expect(
      await runSql(store(), "SELECT flow_id, count(*)::int AS rows FROM step_results GROUP BY 1"),
    ).toEqual([{ flow_id: "flow_kept", rows: 30 }]);
  });

  it("are all searched for a result whose id contains another time than its row", async () => {
    await maintain();
    const id = createTypeId("stepres", daysAgo(300), new Uint8Array(10));
    const executionId = createTypeId("exec", daysAgo(0), new Uint8Array(10));
    await insertResults(store(), [daysAgo(0)], { id, executionId });
    const output = { output: '"out"', isOutputCut: false };
    expect(await findOutputOfStepResult(store().database, "org_local", id)).toEqual(output);
    expect(await listExecutionStepResults(store().database, "org_local", executionId)).toMatchObject([
      { id },
    ]);
  });

  it("accept inserts of an older server, but refuse its pruning, which would delete new rows", async () => {
    await store().database.transaction((tx) => createPartitionsOfTimes(tx, [60, 0].map(daysAgo)));
    await insertResults(store(), [daysAgo(60), daysAgo(0)]);
    const prune = store().database
      .execute(sql`DELETE FROM step_results WHERE ctid = ANY (ARRAY(SELECT ctid FROM step_results
      WHERE created_at < ${new Date(daysAgo(30)).toISOString()}::timestamptz AND batch_id IS NULL LIMIT 1000)) RETURNING 1 AS gone`);
    await expect(prune).rejects.toMatchObject({
      cause: { message: expect.stringContaining("pruned by servers of schema 18") },
    });
    expect(Object.values(await countByPartition(store()))).toEqual([1, 1]);
  });
});

describeSuiteForServers("several servers on one database", 2, (servers) => {
  const stores = () => servers() as readonly [Store, Store];
  beforeEach(async () => {
    await dropPartitions(stores()[0]);
    await runSql(stores()[0], "DELETE FROM step_results");
  });

  it("create partitions and prune concurrently without duplicates or lost rows", async () => {
    const [first, second] = stores();
    const maintain = (store: Store) => createMissingPartitions(store, { now: Date.now(), oldest });
    const made = await Promise.all([maintain(first), maintain(second), maintain(first), maintain(second)]);
    // Each partition is created once: a server that finds the lock held leaves the other partitions to the
    // lock's holder.
    expect(made.reduce((sum, count) => sum + count, 0)).toBe(4);
    expect(await namesOf(first)).toHaveLength(4);
    await first.database.transaction((tx) => createPartitionsOfTimes(tx, [50, 40, 2].map(daysAgo)));
    await insertResults(first, [
      ...[50, 40, 2].map(daysAgo),
      ...Array.from({ length: 2500 }, (_, n) => daysAgo(60) + n),
    ]);
    const cut = new Date(oldest);
    const prune = (store: Store) => deleteOldBatchesAndStepResults(store, cut, () => true);
    await Promise.all([prune(first), prune(second)]);
    await prune(first);
    expect(await countByPartition(second)).toEqual({ [nameOf(daysAgo(2))]: 1 });
  });

  it(
    "prune other rows while a long transaction keeps a partition from being dropped",
    { tags: ["full"] },
    async () => {
      const [first, second] = stores();
      await first.database.transaction((tx) => createPartitionsOfTimes(tx, [40].map(daysAgo)));
      await insertResults(first, [40, 50].map(daysAgo));
      const pruned = await second.database.transaction(async (tx) => {
        await tx.execute(sql`SELECT 1 FROM step_results_default`);
        await tx.execute(sql`SELECT 1 FROM flows`);
        return deleteOldBatchesAndStepResults(first, new Date(oldest), () => true);
      });
      expect(pruned).toBe(1);
      expect(await countByPartition(first)).toEqual({ [nameOf(daysAgo(40))]: 1 });
      await deleteOldBatchesAndStepResults(first, new Date(oldest), () => true);
      expect(await countByPartition(first)).toEqual({});
    },
  );

  it("retry to create a partition while a long transaction reads, and accept inserts meanwhile", async () => {
    const [first, second] = stores();
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const reading = second.database.transaction(async (tx) => {
      await tx.execute(sql`SELECT 1 FROM step_results`);
      await released;
    });
    const making = createMissingPartitions(first, { now: Date.now(), oldest });
    try {
      // Inserts results while the other store retries; none may be refused when the retry gets its locks.
      for (let count = 0; count < 20; count += 1) await insertResults(second, [daysAgo(0) + count]);
    } finally {
      release();
      await reading;
    }
    await insertResults(second, [daysAgo(0) - 1]);
    expect(await making).toBe(4);
    expect(await countByPartition(first)).toEqual({ [nameOf(daysAgo(0))]: 21 });
  });
});
