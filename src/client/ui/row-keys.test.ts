import { expect, it } from "vitest";
import { moveByKey } from "./row-keys.ts";

it.each([
  ["ArrowDown", 6],
  ["ArrowUp", 4],
  ["PageDown", 15],
  ["PageUp", -5],
  ["End", Number.POSITIVE_INFINITY],
  ["a", undefined],
])("%s leads from row 5 of pages of ten to %s", (key, row) => {
  expect(moveByKey(key, 5, 10)).toBe(row);
});
