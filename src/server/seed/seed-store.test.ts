import { expect, it } from "vitest";
import { describeStores } from "#server/testing/test-stores.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { SAMPLE_FLOWS } from "./sample-flows.ts";
import { seedStore } from "./seed-store.ts";

describeStores("the sample flows", (store) => {
  const context = () => ({
    store: store(),
    now: Date.now,
    extras: true,
    extraStepTypes: [],
    publicUrl: undefined,
  });

  it("fill an empty store with six flows of every state", async () => {
    expect(await seedStore(context())).toBe(6);
    const app = await startTestApp(store());
    for (const [status, count] of [
      ["draft", 3],
      ["published", 2],
      ["changed", 1],
    ]) {
      expect((await app.call("GET", `/v1/flows?status=${status}`)).json.data).toHaveLength(Number(count));
    }
    const { data } = (await app.call("GET", "/v1/flows")).json;
    expect(data.some((row: { disabledStepCount: number }) => row.disabledStepCount > 0)).toBe(true);
    expect(JSON.stringify(data)).toContain('"conditional"');
  });

  it("come with records that have what they read of one", async () => {
    await seedStore(context());
    const app = await startTestApp(store());
    expect((await app.call("GET", "/local/record-types")).json.data).toEqual([
      { type: "feedback", count: 4 },
      { type: "invoice", count: 3 },
      { type: "lead", count: 4 },
      { type: "meeting", count: 2 },
    ]);
    const read = JSON.stringify(SAMPLE_FLOWS).matchAll(/_record\.metadata\.(\w+)/g);
    const { data } = (await app.call("GET", "/v1/records")).json;
    const keys = new Set(data.flatMap((row: { metadata: object }) => Object.keys(row.metadata)));
    expect([...read].map(([, key]) => key).filter((key) => !keys.has(key))).toEqual([]);
  });

  it("stay out of a store that holds anything", async () => {
    const app = await startTestApp(store());
    await app.create({ name: "Mine" });
    expect(await seedStore(context())).toBe(0);
    expect((await app.call("GET", "/v1/flows")).json.data).toHaveLength(1);
  });

  it("do not come back when all flows were deleted", async () => {
    const app = await startTestApp(store());
    const { id } = await app.create({ name: "Mine" });
    await app.call("DELETE", `/v1/flows/${id}`);
    expect(await seedStore(context())).toBe(0);
  });
});
