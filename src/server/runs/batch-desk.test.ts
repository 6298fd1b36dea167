import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import type { Store } from "#server/store/store.ts";
import { addRecords, setStep } from "#server/testing/run-data.ts";
import { addFlow, caller, countRows, openInstance, start } from "#server/testing/run-instance.ts";
import { describeStores } from "#server/testing/test-stores.ts";
import { BatchDesk } from "./batch-desk.ts";
import type { ClaimedRecord } from "./exchange-records.ts";
import { runRecord } from "./run-record.ts";

const noSignal = new AbortController().signal;

/** A desk that three workers have, on a batch that nobody else works on, and how many transactions it made. */
async function openDesk(store: Store, recordConcurrency: number) {
  const instance = await openInstance(store);
  const { context, news } = instance.service;
  const flowId = await addFlow(store, [setStep("a", 1)]);
  await instance.service.stop();
  const batchId = await start(instance, flowId, await addRecords(store, "customer", 8), recordConcurrency);
  await instance.service.close();
  const made = { writes: 0 };
  const counted: Store = {
    ...store,
    write: (work) => {
      made.writes += 1;
      return store.write(work);
    },
  };
  const key = { organizationId: caller.organizationId, batchId };
  const desk = new BatchDesk({ ...context, store: counted }, news, key);
  desk.workers = 3;
  const run = async (claimed: ClaimedRecord | undefined) => {
    if (!claimed) throw new Error("there was no record");
    return { claimed, run: await runRecord(context, claimed, await desk.steps(), noSignal) };
  };
  return { desk, made, run };
}

const statuses = async (store: Store) => {
  const result = await store.database.execute(sql`SELECT status FROM batch_records ORDER BY position`);
  return result.rows.map((row) => row["status"]);
};

describeStores("the desk of a batch", (store) => {
  it("stores in one transaction what workers hand in together, and gives each another record", async () => {
    const { desk, made, run } = await openDesk(store(), 4);
    const first = await Promise.all([1, 2, 3].map(() => desk.visit(undefined, true)));
    expect(made.writes).toBe(1);
    expect(first.map((claimed) => claimed?.claim.position)).toEqual([0, 1, 2]);
    const ended = await Promise.all(first.map(run));
    const second = await Promise.all(ended.map((one, index) => desk.visit(one, index < 2)));
    expect(made.writes).toBe(2);
    expect(second.map((claimed) => claimed?.claim.position)).toEqual([3, 4, undefined]);
    expect(await countRows(store(), "step_results")).toBe(3);
    const left = await statuses(store());
    expect(left.slice(0, 6)).toEqual([
      "completed",
      "completed",
      "completed",
      "running",
      "running",
      "waiting",
    ]);
  });

  it("gives no more records at once than the batch allows", async () => {
    const { desk } = await openDesk(store(), 2);
    const claimed = await Promise.all([1, 2, 3].map(() => desk.visit(undefined, true)));
    expect(claimed.filter(Boolean)).toHaveLength(2);
    expect(await desk.visit(undefined, true)).toBeUndefined();
  });

  it("stores each by itself where one of them cannot be stored, which has failed and is not run again", async () => {
    const { desk, run } = await openDesk(store(), 4);
    const claimed = await Promise.all([1, 2, 3].map(() => desk.visit(undefined, true)));
    const [first, broken, last] = await Promise.all(claimed.map(run));
    if (!first || !broken || !last) throw new Error("there were no records");
    const steps = broken.run.steps.map((step) => ({ ...step, stepName: "no store keeps \0" }));
    const ends = [first, { ...broken, run: { ...broken.run, steps } }, last];
    await Promise.all(ends.map((one) => desk.visit(one, false)));
    expect((await statuses(store())).slice(0, 4)).toEqual(["completed", "failed", "completed", "waiting"]);
    expect(await countRows(store(), "step_results")).toBe(2);
  });

  it("comes back to a record that is to be tried again, behind those that it has given out", async () => {
    const { desk, run } = await openDesk(store(), 4);
    await store().database.execute(sql`UPDATE batches SET max_retries = 1`);
    desk.workers = 1;
    const failed = await run(await desk.visit(undefined, true));
    let next = await desk.visit({ ...failed, run: { ...failed.run, status: "failed" } }, true);
    const order: number[] = [];
    for (; next; next = await desk.visit(await run(next), true)) order.push(next.claim.position);
    expect(order).toEqual([1, 2, 3, 4, 5, 6, 7, 0]);
    expect(await statuses(store())).toEqual(Array.from({ length: 8 }, () => "completed"));
  });
});
