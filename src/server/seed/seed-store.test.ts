import { expect, it } from "vitest";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { SAMPLE_FLOWS } from "./sample-flows.ts";
import { seedStoreWithSamples } from "./seed-store.ts";

describeSuiteForEitherStore("the sample flows", (store) => {
  const context = () => ({
    store: store(),
    now: Date.now,
    extras: true,
    extraStepTypes: [],
    dashboardOrigin: () => "http://localhost:4400",
  });

  it("fill an empty store with seven flows in every publish state", async () => {
    expect(await seedStoreWithSamples(context())).toBe(7);
    const app = await startTestApp(store());
    for (const [status, count] of [
      ["draft", 4],
      ["published", 2],
      ["changed", 1],
    ]) {
      expect((await app.call("GET", `/v1/flows?status=${status}`)).json.data).toHaveLength(Number(count));
    }
    const { data } = (await app.call("GET", "/v1/flows")).json;
    expect(data.some((row: { disabledStepCount: number }) => row.disabledStepCount > 0)).toBe(true);
    expect(JSON.stringify(data)).toContain('"conditional"');
    expect(data.every(({ id }: { id: string }) => /^flow_sample_[0-9a-z]{26}$/.test(id))).toBe(true);
  });

  it("come with records that have every field the flows read", async () => {
    await seedStoreWithSamples(context());
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

  it("are not added to a store with a flow", async () => {
    const app = await startTestApp(store());
    await app.create({ name: "Mine" });
    expect(await seedStoreWithSamples(context())).toBe(0);
    expect((await app.call("GET", "/v1/flows")).json.data).toHaveLength(1);
  });

  it("are not added again after all flows were deleted", async () => {
    const app = await startTestApp(store());
    const { id } = await app.create({ name: "Mine" });
    await app.call("DELETE", `/v1/flows/${id}`);
    expect(await seedStoreWithSamples(context())).toBe(0);
  });
});
