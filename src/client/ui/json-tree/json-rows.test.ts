import { expect, it } from "vitest";
import { findIndexOfParentJsonRow, listJsonRows, findInitiallyExpandedRows } from "./json-rows.ts";

const outline = (value: unknown, open: ReadonlySet<string> = findInitiallyExpandedRows(value)) =>
  listJsonRows(value, open).map(
    ({ level, name, isOpen }) =>
      `${"  ".repeat(level - 1)}${isOpen ? "▾" : isOpen === false ? "▸" : "·"}${name ?? ""}`,
  );

it("the rows of a JSON value are one per visible value, with position and set size", () => {
  const value = { a: [1, { b: null }], c: "short" };
  expect(outline(value)).toEqual(["▾", "  ▾a", "    ·0", "    ▾1", "      ·b", "  ·c"]);
  expect(outline(value, new Set([""]))).toEqual(["▾", "  ▸a", "  ·c"]);
  const [, a] = listJsonRows(value, new Set([""]));
  expect(a).toMatchObject({ id: "/a", position: 1, size: 2, level: 2 });
});

it("the rows of a JSON value have different ids for a key with a slash and for nested keys", () => {
  const value = { "a/b": [1], a: { b: [2] } };
  expect(outline(value, new Set(["", "/a~1b"]))).toEqual(["▾", "  ▾a/b", "    ·0", "  ▸a"]);
});

it("the rows of a JSON value collapse a value that would fill more than a screen", () => {
  const value = { many: Array.from({ length: 5000 }, (_, index) => index), few: [1, 2] };
  expect(outline(value)).toEqual(["▾", "  ▸many", "  ▾few", "    ·0", "    ·1"]);
  expect(outline(value.many)).toHaveLength(5001);
});

it("the rows of a JSON value split a long text into pieces that cannot be expanded", () => {
  const text = `${"word ".repeat(500)}\n${"😀".repeat(900)}`;
  const rows = listJsonRows({ text }, new Set(["", "/text"]));
  const pieces = rows.filter(({ level }) => level === 3);
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.every(({ value, isOpen }) => String(value).length <= 1000 && isOpen === undefined)).toBe(
    true,
  );
  expect(
    pieces
      .map(({ value }) => value)
      .join("")
      .replaceAll("\n", ""),
  ).toBe(text.replaceAll("\n", ""));
  expect(pieces.some(({ value }) => /\p{Surrogate}/u.test(String(value)))).toBe(false);
  expect(outline({ text })).toEqual(["▾", "  ▸text"]);
  expect(outline("line\nline")).toEqual(["▾", "  ·"]);
});

it("the rows of a JSON value support values nested thousands of levels deep", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 3000; level += 1) deep = [deep];
  const all = new Set(Array.from({ length: 3000 }, (_, level) => "/0".repeat(level)));
  expect(listJsonRows(deep, all).at(-1)).toMatchObject({ value: 1, level: 3001 });
});

it("the rows of a JSON value have the row of their container as parent", () => {
  const rows = listJsonRows({ a: { b: 1 }, c: 2 }, findInitiallyExpandedRows({ a: { b: 1 }, c: 2 }));
  expect(rows.map((_, index) => findIndexOfParentJsonRow(rows, index))).toEqual([undefined, 0, 1, 0]);
});
