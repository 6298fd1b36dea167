import { describe, expect, it } from "vitest";
import { findActiveIndex, withActiveRow } from "./active-row.ts";

describe("the row with the focus", () => {
  const rows = { before: 3, rows: [{ id: "d" }, { id: "e" }, { id: "f" }] };

  it("is followed when it moves", () => {
    expect(findActiveIndex(rows, { id: "f", index: 3 })).toBe(5);
  });

  it("hands over to the row now at its place, or to the last one", () => {
    expect(findActiveIndex(rows, { id: "gone", index: 4 })).toBe(4);
    expect(findActiveIndex(rows, { id: "gone", index: 90 })).toBe(5);
    expect(findActiveIndex(rows, { id: "gone", index: 0 })).toBe(3);
  });

  it("is the first one at the start, and none in an empty list", () => {
    expect(findActiveIndex(rows, undefined)).toBe(3);
    expect(findActiveIndex({ before: 0, rows: [] }, { id: "a", index: 0 })).toBe(-1);
  });

  it("stays mounted out of sight", () => {
    expect(withActiveRow([10, 11, 12], 4)).toEqual([4, 10, 11, 12]);
    expect(withActiveRow([10, 11, 12], 11)).toEqual([10, 11, 12]);
    expect(withActiveRow([10, 11], -1)).toEqual([10, 11]);
  });
});
