import { expect, test } from "vitest";
import { changeFlowTags, findFlowTagFault, getFlowTagKey } from "./flow-tags.ts";

test("adds and removes tags regardless of case, keeps the first spelling, and sorts the tags", () => {
  expect(changeFlowTags([], { add: [" Beta ", "alpha", "ALPHA", "beta"] })).toEqual(["alpha", "Beta"]);
  expect(changeFlowTags(["Beta", "alpha"], { add: ["BETA"], remove: ["Alpha"] })).toEqual(["Beta"]);
  expect(changeFlowTags(["Beta"], { add: ["BETA"], remove: ["beta"] })).toEqual(["BETA"]);
});

test("gives the same tags for two users' changes in either order", () => {
  const mine = { add: ["a"], remove: ["old"] };
  const theirs = { add: ["b", "A"] };
  const keysAfter = (first: object, second: object) =>
    changeFlowTags(changeFlowTags(["old", "kept"], first), second).map(getFlowTagKey);
  expect(keysAfter(mine, theirs)).toEqual(["a", "b", "kept"]);
  expect(keysAfter(theirs, mine)).toEqual(["a", "b", "kept"]);
});

test.each([
  ["", "TOO_SHORT"],
  [" \u200B\t ", "TOO_SHORT"],
  ["x".repeat(41), "TOO_LONG"],
  ["a\nb", "INVALID_TEXT"],
  ["a\u0000b", "INVALID_TEXT"],
  ["\u202Eevil", "INVALID_TEXT"],
  ["a\uD800", "INVALID_TEXT"],
  [`  ${"x".repeat(40)}  `, undefined],
  ["العملاء", undefined],
  ["👩‍💻 team", undefined],
  ["a,b & c/d", undefined],
])("reports the fault of %j as %s", (name, code) => {
  expect(findFlowTagFault(name)?.code).toBe(code);
});
