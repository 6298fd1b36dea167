import * as fc from "fast-check";
import { expect, test } from "vitest";
import { alignSequences, findIncreasingSubsequence } from "./align.ts";

function lcsLength(a: readonly number[], b: readonly number[]): number {
  const rows = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  for (let i = 1; i <= a.length; i += 1)
    for (let j = 1; j <= b.length; j += 1)
      rows[i]![j] =
        a[i - 1] === b[j - 1] ? rows[i - 1]![j - 1]! + 1 : Math.max(rows[i - 1]![j]!, rows[i]![j - 1]!);
  return rows[a.length]![b.length]!;
}

const items = fc.array(fc.nat(4), { maxLength: 14 });

test("alignSequences finds a longest common subsequence", () => {
  fc.assert(
    fc.property(items, items, (a, b) => {
      const pairs = alignSequences(a, b);
      for (const [left, right] of pairs) expect(a[left]).toBe(b[right]);
      pairs.forEach(([left, right], index) => {
        const [before, other] = pairs[index - 1] ?? [-1, -1];
        expect(left > before && right > other).toBe(true);
      });
      expect(pairs.length).toBe(lcsLength(a, b));
    }),
    { numRuns: 3000 },
  );
});

test("findIncreasingSubsequence finds a longest increasing subsequence", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(30), { maxLength: 12 }), (order) => {
      const run = findIncreasingSubsequence(order).map((index) => order[index]!);
      expect(run).toEqual(run.toSorted((a, b) => a - b));
      expect(run.length).toBe(
        lcsLength(
          order,
          order.toSorted((a, b) => a - b),
        ),
      );
    }),
    { numRuns: 2000 },
  );
});
