/** The items that need not move when the list is sorted. Patience sorting; deterministic for ties. */
export function findIncreasingSubsequence(order: readonly number[]): readonly number[] {
  /** At index `n`: the index of the smallest number that ends an increasing sequence of length `n + 1`. */
  const ends: number[] = [];
  const previous: number[] = [];
  order.forEach((value, index) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((order[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? (ends[low - 1] ?? -1) : -1;
    ends[low] = index;
  });
  const run: number[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) run.push(index);
  return run.toReversed();
}

/** Pairs of indexes of equal items in two sequences, first sequence first, in ascending order. */
export type SequenceAlignment = readonly (readonly [number, number])[];

/** Sequences with more count as entirely different, because their diff would be unreadable. */
const MAX_EDITS = 1500;

/** Finds a longest common subsequence (Myers, “An O(ND) Difference Algorithm and Its Variations”, 1986). */
export function alignSequences<Item>(a: readonly Item[], b: readonly Item[]): SequenceAlignment {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let tail = 0;
  while (
    tail < a.length - start &&
    tail < b.length - start &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    tail += 1;
  }
  const head = Array.from({ length: start }, (_, index) => [index, index] as const);
  const end = Array.from(
    { length: tail },
    (_, index) => [a.length - tail + index, b.length - tail + index] as const,
  );
  const middle = alignMiddle(a.slice(start, a.length - tail), b.slice(start, b.length - tail));
  return [...head, ...middle.map(([left, right]) => [left + start, right + start] as const), ...end];
}

function alignMiddle<Item>(a: readonly Item[], b: readonly Item[]): SequenceAlignment {
  if (a.length === 0 || b.length === 0) return [];
  const limit = Math.min(a.length + b.length, MAX_EDITS);
  const reaches: Int32Array[] = [];
  const reach = new Int32Array(2 * limit + 3);
  const at = (diagonal: number) => diagonal + limit + 1;
  for (let edits = 0; edits <= limit; edits += 1) {
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const down =
        diagonal === -edits ||
        (diagonal !== edits && (reach[at(diagonal - 1)] ?? 0) < (reach[at(diagonal + 1)] ?? 0));
      let x = down ? (reach[at(diagonal + 1)] ?? 0) : (reach[at(diagonal - 1)] ?? 0) + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      reach[at(diagonal)] = x;
      if (x >= a.length && x - diagonal >= b.length) return walkBack(reaches, at, a.length, b.length);
    }
    reaches.push(reach.slice());
  }
  return [];
}

function walkBack(
  reaches: readonly Int32Array[],
  at: (diagonal: number) => number,
  lengthA: number,
  lengthB: number,
): SequenceAlignment {
  const pairs: (readonly [number, number])[] = [];
  let x = lengthA;
  let y = lengthB;
  for (let edits = reaches.length; edits >= 0; edits -= 1) {
    const before = reaches[edits - 1];
    const diagonal = x - y;
    const down =
      diagonal === -edits ||
      (diagonal !== edits && (before?.[at(diagonal - 1)] ?? 0) < (before?.[at(diagonal + 1)] ?? 0));
    const next = down ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : (before?.[at(next)] ?? 0);
    const fromY = edits === 0 ? 0 : fromX - next;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      pairs.push([x, y]);
    }
    x = fromX;
    y = fromY;
  }
  return pairs.toReversed();
}
