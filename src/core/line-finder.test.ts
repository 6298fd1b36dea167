import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createLineFinder, lineAndColumn } from "./line-finder.ts";

it("counts lines and columns from 1", () => {
  expect(lineAndColumn("a\nbc\nd", 4)).toEqual({ line: 2, column: 3 });
  expect(lineAndColumn("", 0)).toEqual({ line: 1, column: 1 });
});

it("finds any offsets asked in ascending order as one by one", () => {
  const text = fc.string({ unit: fc.constantFrom("\n", "\r\n", "a", "😀") });
  fc.assert(
    fc.property(text, (all) => {
      const find = createLineFinder(all);
      for (let offset = 0; offset <= all.length; offset += 1) {
        const lines = all.slice(0, offset).split("\n");
        const expected = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
        expect([find(offset), lineAndColumn(all, offset)]).toEqual([expected, expected]);
      }
    }),
  );
});
