import { expect, it } from "vitest";
import type { FlowListItem } from "#contract/flow.ts";
import { createOutcomeBarPath, describeOutcomes } from "./last-run.tsx";

const flow = (fields: Partial<FlowListItem>) => fields as FlowListItem;

it("the last runs of a flow are described by the outcome of the last one, and the number of completed ones", () => {
  expect(describeOutcomes(flow({ lastRunStatus: "failed" }), `xf${"c".repeat(17)}f`)).toBe(
    "failed. 17 of the last 20 runs completed.",
  );
  expect(describeOutcomes(flow({ lastRunStatus: "running" }), "cp")).toBe(
    "running. 1 of the last 2 runs completed.",
  );
});

it("a single run of a flow is described by its outcome only", () => {
  expect(describeOutcomes(flow({ lastRunStatus: "completed" }), "c")).toBe("completed");
  const partly = { lastRunStatus: "completed", lastRunFailedRecords: 1, lastRunRecords: 4 };
  expect(describeOutcomes(flow(partly), "p")).toBe("partly failed, 1 of 4 records");
  expect(describeOutcomes(flow({}), "")).toBe("");
});

it("the bars of outcomes are placed at the right, the newest last, and the other places are marked", () => {
  expect(createOutcomeBarPath("cf", "f", 16)).toBe("M58 16v-16");
  expect(createOutcomeBarPath("cf", "c", 8)).toBe("M55 16v-8");
  expect(createOutcomeBarPath("cf", "p", 12)).toBe("");
  expect(createOutcomeBarPath("cf", "-", 1).match(/M/g)).toHaveLength(18);
  expect(createOutcomeBarPath("c".repeat(20), "c", 8).match(/M/g)).toHaveLength(20);
});
