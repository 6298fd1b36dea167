import * as fc from "fast-check";
import { expect, it } from "vitest";
import { findDifferentItems } from "./find-different-items.ts";

const compare = (stored: readonly unknown[], items: readonly unknown[]) =>
  findDifferentItems(
    JSON.stringify(stored),
    items.map((item) => JSON.stringify(item)),
  );

it.each([
  ["one changed item", [1, 2, 3], [1, 9, 3], { from: 1, to: 2, storedItems: "[2]" }],
  ["an added item", [1, 3], [1, 2, 3], { from: 1, to: 2, storedItems: "[]" }],
  ["a removed item", [1, 2, 3], [1, 3], { from: 1, to: 1, storedItems: "[2]" }],
  ["a repeated item", [1], [1, 1], { from: 1, to: 2, storedItems: "[]" }],
  ["a removed item at the end", [1, 2], [1], { from: 1, to: 1, storedItems: "[2]" }],
  ["a longer item", [1, 2], [1, 22], { from: 1, to: 2, storedItems: "[2]" }],
  ["an item that ends like the stored one", [12], [2], { from: 0, to: 1, storedItems: "[12]" }],
  ["no stored items", [], [1], { from: 0, to: 1, storedItems: "[]" }],
  ["no items", [1, 2], [], { from: 0, to: 0, storedItems: "[1,2]" }],
  ["no difference", [1, 2], [1, 2], { from: 2, to: 2, storedItems: "[]" }],
])("the difference of two lists is only %s", (_name, stored, items, expected) => {
  expect(compare(stored, items)).toEqual(expected);
});

it("the difference of two lists turns one into the other, for any JSON objects", () => {
  const item = fc.record({ a: fc.oneof(fc.jsonValue(), fc.constantFrom('{"', '"}', "],[", "{", ",", "\\")) });
  const lists = fc.array(item, { maxLength: 5 });
  fc.assert(
    fc.property(lists, lists, lists, (start, middle, end) => {
      for (const [stored, items] of [
        [
          [...start, ...end],
          [...start, ...middle, ...end],
        ],
        [
          [...start, ...middle, ...end],
          [...start, ...end],
        ],
        [middle, end],
      ] as const) {
        const { from, to, storedItems } = compare(stored, items);
        const replaced = JSON.parse(storedItems) as unknown[];
        expect(JSON.stringify([...items.slice(0, from), ...replaced, ...items.slice(to)])).toBe(
          JSON.stringify(stored),
        );
      }
    }),
  );
});
