import { expect, test } from "vitest";
import { type FlowChangedEvent, liveEventEmitter } from "#client/data/live/live-events.ts";
import { describeWhoSavedFlowVersion } from "./stale-version-banner.tsx";

const publishChange = (change: Partial<FlowChangedEvent>) =>
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

test("the author of a version is the tab or API key that saved it, or “elsewhere” if the server reported neither", () => {
  expect(whereOf("2-x")).toBe("elsewhere");
  publishChange({ origin: "this-browser" });
  expect(whereOf("2-x")).toBe("in another tab");
  publishChange({ by: { tabId: null, key: "Deploy" } });
  expect(whereOf("2-x")).toBe("by “Deploy”");
  publishChange({});
  expect(whereOf("2-x")).toBe("elsewhere");
});

test("the author of a version is not taken from a change event about another version", () => {
  publishChange({ origin: "this-browser" });
  expect(whereOf("3-y")).toBe("elsewhere");
  expect(whereOf(undefined)).toBe("elsewhere");
});
