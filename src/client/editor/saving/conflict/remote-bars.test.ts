import { expect, test } from "vitest";
import { type FlowChangedEvent, liveEventEmitter } from "#client/data/live/live-events.ts";
import { describeWhoSavedFlowVersion } from "./remote-bars.tsx";

const hear = (change: Partial<FlowChangedEvent>) =>
  liveEventEmitter.publish({
    type: "flow.changed",
    id: "flow_1",
    change: "updated",
    revision: 2,
    versionToken: "2-x",
    by: { tabId: null, key: null },
    origin: "elsewhere",
    ...change,
  });
const whereOf = (token: string | undefined) =>
  describeWhoSavedFlowVersion("flow_1", { token, updatedAt: "2026-11-25T10:00:00Z" }).where;

test("names the tab or key that saved a version, or “elsewhere” if the server reported neither", () => {
  expect(whereOf("2-x")).toBe("elsewhere");
  hear({ origin: "this-browser" });
  expect(whereOf("2-x")).toBe("in another tab");
  hear({ by: { tabId: null, key: "Deploy" } });
  expect(whereOf("2-x")).toBe("by “Deploy”");
  hear({});
  expect(whereOf("2-x")).toBe("elsewhere");
});

test("ignores a change event about another version", () => {
  hear({ origin: "this-browser" });
  expect(whereOf("3-y")).toBe("elsewhere");
  expect(whereOf(undefined)).toBe("elsewhere");
});
