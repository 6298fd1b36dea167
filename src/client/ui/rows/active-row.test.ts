import { expect, it } from "vitest";
import { getActiveRowIndex, insertActiveRowIndex } from "./active-row.ts";

const rows = { before: 3, rows: [{ id: "d" }, { id: "e" }, { id: "f" }] };

it("the active row is found at its new index when it has moved", () => {
  expect(getActiveRowIndex(rows, { id: "f", index: 3 })).toBe(5);
});

it("the active row is, after its removal, the row that has its index now, or else the last row", () => {
  expect(getActiveRowIndex(rows, { id: "gone", index: 4 })).toBe(4);
  expect(getActiveRowIndex(rows, { id: "gone", index: 90 })).toBe(5);
  expect(getActiveRowIndex(rows, { id: "gone", index: 0 })).toBe(3);
});

it("the active row is the first loaded row at the start, and -1 in an empty list", () => {
  expect(getActiveRowIndex(rows, undefined)).toBe(3);
  expect(getActiveRowIndex({ before: 0, rows: [] }, { id: "a", index: 0 })).toBe(-1);
});

it("the active row is rendered even outside the visible range", () => {
  expect(insertActiveRowIndex([10, 11, 12], 4)).toEqual([4, 10, 11, 12]);
  expect(insertActiveRowIndex([10, 11, 12], 11)).toEqual([10, 11, 12]);
  expect(insertActiveRowIndex([10, 11], -1)).toEqual([10, 11]);
});
