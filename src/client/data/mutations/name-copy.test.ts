import { expect, it } from "vitest";
import { nameCopy } from "./name-copy.ts";

it.each([
  ["Digest", "Copy of Digest"],
  ["Copy of Digest", "Copy 2 of Digest"],
  ["Copy 2 of Digest", "Copy 3 of Digest"],
  ["Copy 99 of Copy of Digest", "Copy 100 of Copy of Digest"],
  ["Copy offer", "Copy of Copy offer"],
  ["رسالة", "Copy of رسالة"],
])("a copy of “%s” is named “%s”", (original, copy) => {
  expect(nameCopy(original)).toBe(copy);
});

it("cuts the name of a copy to the maximum length of a flow name", () => {
  expect(nameCopy("x".repeat(500))).toBe(`Copy of ${"x".repeat(492)}`);
});
