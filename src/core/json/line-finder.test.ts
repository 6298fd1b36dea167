import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createLineAndColumnFinder, findLineAndColumn } from "./line-finder.ts";

it("counts lines and columns from 1", () => {
  expect(findLineAndColumn("a\nbc\nd", 4)).toEqual({ line: 2, column: 3 });
  expect(findLineAndColumn("", 0)).toEqual({ line: 1, column: 1 });
});

it("finds the same line and column for ascending offsets as for a single offset", () => {
  const text = fc.string({ unit: fc.constantFrom("\n", "\r\n", "a", "😀") });
  fc.assert(
    fc.property(text, (all) => {
      const find = createLineAndColumnFinder(all);
      for (let offset = 0; offset <= all.length; offset += 1) {
        const lines = all.slice(0, offset).split("\n");
        const expected = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
        expect([find(offset), findLineAndColumn(all, offset)]).toEqual([expected, expected]);
      }
    }),
  );
});
