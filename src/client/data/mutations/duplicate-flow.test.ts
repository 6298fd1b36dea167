import { expect, test, vi } from "vitest";
import { buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { readSampleData, storeSampleDataInBrowser } from "#client/data/device/sample-data.ts";
import { stubStorage } from "#client/data/testing/memory-storage.ts";
import { createFlowCopy, renewStepIds } from "./duplicate-flow.ts";

test("a copy has the sample data that this browser keeps for the original", async () => {
  stubStorage();
  storeSampleDataInBrowser("flow_1", { topic: "Spring" });
  const time = "2026-11-27T06:00:00.000Z";
  const copy = {
    id: "flow_2",
    name: "Copy",
    userId: "u",
    organizationId: null,
    createdAt: time,
    updatedAt: time,
  };
  vi.stubGlobal("fetch", async () => Response.json({ ...copy, flowSteps: [] }, { status: 201 }));
  await createFlowCopy("flow_1", { name: "Copy" }, "create_1");
  expect(readSampleData({ id: "flow_2" })).toEqual({ topic: "Spring" });
});

test("the steps of a duplicated flow have new ids at every level, and are the same otherwise", () => {
  const steps = [
    buildStep("a"),
    buildConditional("b", [buildStep("c")], [buildConditional("d", [buildStep("e")])]),
  ];
  const renewed = JSON.stringify(renewStepIds(steps));
  const ids = [...renewed.matchAll(/"id":"(step_[^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(5);
  const withoutIds = (text: string) => text.replaceAll(/"id":"[^"]+"/g, '"id":""');
  expect(withoutIds(renewed)).toBe(withoutIds(JSON.stringify(steps)));
});
