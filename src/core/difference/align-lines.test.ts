import * as fc from "fast-check";
import { expect, test } from "vitest";
import { alignLines } from "./align-lines.ts";

const lines = fc.array(fc.nat(9).map(String), { maxLength: 14 });

test("aligning two texts pairs equal lines in order", () => {
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      let before: readonly [number, number] = [-1, -1];
      for (const pair of alignLines(a, b)) {
        expect(a[pair[0]]).toBe(b[pair[1]]);
        expect(pair[0] > before[0] && pair[1] > before[1]).toBe(true);
        before = pair;
      }
    }),
    { numRuns: 2000 },
  );
});

test("aligning a text with itself, or with a shortened copy if all lines are unique, pairs every shared line", () => {
  fc.assert(
    fc.property(lines, fc.infiniteStream(fc.boolean()), (a, isIncluded) => {
      expect(alignLines(a, a)).toEqual(a.map((_, index) => [index, index]));
      const copy = a.filter(() => isIncluded.next().value);
      const isEveryLineUnique = new Set(a).size === a.length;
      if (isEveryLineUnique) expect(alignLines(a, copy)).toHaveLength(copy.length);
    }),
    { numRuns: 2000 },
  );
});
