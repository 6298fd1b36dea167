import { expect, test } from "vitest";
import { type FlowChangedEvent, liveEvents } from "#client/data/live-events.ts";
import { describeAuthor } from "./describe-author.ts";

const hear = (change: Partial<FlowChangedEvent>) =>
  liveEvents.tell({
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
  describeAuthor("flow_1", { token, updatedAt: "2026-11-25T10:00:00Z" }).where;

test("who made a version is said as far as the server told it", () => {
  expect(whereOf("2-x")).toBe("elsewhere");
  hear({ origin: "this-browser" });
  expect(whereOf("2-x")).toBe("in another tab");
  hear({ by: { tabId: null, key: "Deploy" } });
  expect(whereOf("2-x")).toBe("by “Deploy”");
  hear({});
  expect(whereOf("2-x")).toBe("elsewhere");
});

test("what is known of another version says nothing of this one", () => {
  hear({ origin: "this-browser" });
  expect(whereOf("3-y")).toBe("elsewhere");
  expect(whereOf(undefined)).toBe("elsewhere");
});
