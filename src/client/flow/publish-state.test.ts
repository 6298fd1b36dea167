import { expect, it } from "vitest";
import {
  type PublishStateFields,
  describePublishState,
  formatStepCount,
  getPublishState,
} from "./publish-state.ts";

it.each<[string, PublishStateFields, string | undefined]>([
  ["a new flow", { status: "draft", publishedVersionId: null, hasUnpublishedChanges: true }, "draft"],
  [
    "a published flow",
    { status: "active", publishedVersionId: "flowver_1", hasUnpublishedChanges: false },
    "published",
  ],
  [
    "a published flow that was edited since",
    { status: "active", publishedVersionId: "flowver_1", hasUnpublishedChanges: true },
    "changed",
  ],
  ["a list row with only the status “active”", { status: "active" }, "published"],
  ["a list row without a status", {}, undefined],
  ["a flow with an unknown status", { status: "archived" }, undefined],
])("derives the publish state of %s", (_, fields, state) => {
  expect(getPublishState(fields)).toBe(state);
});

it("the publish state names the version if it is known", () => {
  expect(describePublishState("published", 3)).toBe("Published v3");
  expect(describePublishState("published", null)).toBe("Published");
  expect(describePublishState("draft", null)).toBe("Draft");
});

it.each([
  [0, 0, "0 steps"],
  [1, 0, "1 step"],
  [7, 1, "7 steps, 1 off"],
  [1, 1, "1 step, 1 off"],
])("describes %i steps with %i disabled as “%s”", (count, disabled, words) => {
  expect(formatStepCount(count, disabled)).toBe(words);
});

it("the step count does not mention disabled steps if the server did not count them", () => {
  expect(formatStepCount(3)).toBe("3 steps");
});
