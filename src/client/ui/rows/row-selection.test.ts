import { expect, it } from "vitest";
import { toggleRows } from "./row-selection.tsx";

const loaded = "abcdef".split("").map((id) => ({ id }));
const row = (id: string) => ({ id });
const select = (ids: string) => new Map(ids.split("").map((id) => [id, row(id)]));
const toggle = (selected: string, id: string, anchor?: string) =>
  [...toggleRows(select(selected), loaded, row(id), anchor).keys()].toSorted().join("");

it("toggling rows selects a row and deselects it again", () => {
  expect(toggle("a", "c")).toBe("ac");
  expect(toggle("ac", "c")).toBe("a");
});

it("toggling rows selects all rows between the last toggled row and this row, in both directions", () => {
  expect(toggle("b", "e", "b")).toBe("bcde");
  expect(toggle("e", "b", "e")).toBe("bcde");
});

it("toggling rows deselects the range if this row is selected, and keeps rows outside the range", () => {
  expect(toggle("abcdef", "d", "b")).toBe("aef");
});

it("toggling rows toggles only this row if the last toggled row is not loaded any more", () => {
  expect(toggle("x", "c", "x")).toBe("cx");
  expect(toggle("", "c", undefined)).toBe("c");
});

it("toggling rows adds the row objects of the list to the selection", () => {
  expect(toggleRows(select("a"), loaded, row("c"), "a").get("b")).toBe(loaded[1]);
});
