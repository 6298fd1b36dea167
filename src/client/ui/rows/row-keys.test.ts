import { expect, it, vi } from "vitest";
import { singleKeyShortcutsPreference } from "#client/ui/focus/key-event-in-text-field.ts";
import { getIndexForNavigationKey, convertJOrKToArrowKey } from "./row-keys.ts";

it.each([
  ["ArrowDown", 6],
  ["ArrowUp", 4],
  ["PageDown", 15],
  ["PageUp", -5],
  ["End", Number.POSITIVE_INFINITY],
  ["a", undefined],
])("%s moves from row 5 in a list with 10 rows per page to row %s", (key, row) => {
  expect(getIndexForNavigationKey(key, 5, 10)).toBe(row);
});

it("J and K act as arrow keys only while single-key shortcuts are enabled", () => {
  const isOn = vi.spyOn(singleKeyShortcutsPreference, "getState").mockReturnValue(true);
  expect(["j", "k", "J", "l"].map(convertJOrKToArrowKey)).toEqual([
    "ArrowDown",
    "ArrowUp",
    undefined,
    undefined,
  ]);
  isOn.mockReturnValue(false);
  expect(convertJOrKToArrowKey("j")).toBeUndefined();
});
