import { expect, it } from "vitest";
import { describePublishState, findPublishState, type PublishFields } from "./publish-state.ts";

it.each<[string, PublishFields, string | undefined]>([
  ["a new flow", { status: "draft", publishedVersionId: null, hasUnpublishedChanges: true }, "draft"],
  [
    "a published flow",
    { status: "active", publishedVersionId: "flowver_1", hasUnpublishedChanges: false },
    "published",
  ],
  [
    "one edited since",
    { status: "active", publishedVersionId: "flowver_1", hasUnpublishedChanges: true },
    "changed",
  ],
  ["a row that only says active", { status: "active" }, "published"],
  ["a row that says nothing", {}, undefined],
  ["a status from the future", { status: "archived" }, undefined],
])("reads %s", (_, fields, state) => {
  expect(findPublishState(fields)).toBe(state);
});

it("names the version where it is known", () => {
  expect(describePublishState("published", 3)).toBe("Published v3");
  expect(describePublishState("published", null)).toBe("Published");
  expect(describePublishState("draft", null)).toBe("Draft");
});
