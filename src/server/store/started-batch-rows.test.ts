import { expect, it } from "vitest";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { listStartedBatches, upsertStartedBatch } from "./started-batch-rows.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

describeSuiteForEitherStore("started batches", (store) => {
  const add = (id: string, days: number) =>
    store().write((tx) =>
      upsertStartedBatch(tx, {
        organizationId: "account_1",
        id,
        flowId: "flow_1",
        startedAt: new Date(Date.now() + days * DAY_MS),
        batch: "{}",
        records: "[]",
      }),
    );

  it("are deleted after 90 days, whatever time the API gives a newer one", async () => {
    await add("old", -91);
    await add("recent", -1);
    await add("planned", 200);
    const rows = await listStartedBatches(store().database, "account_1", "flow_1");
    expect(rows.map(({ id }) => id)).toEqual(["planned", "recent"]);
  });
});
