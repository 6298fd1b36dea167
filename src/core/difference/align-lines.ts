import { type Alignment, align, longestAscending } from "./align.ts";

/**
 * As {@link align}, for the lines of long texts: what stands once in both of them holds the rest together (“patience diff”),
 * so that texts with thousands of differences are still told apart piece by piece, in little more time than it takes to
 * read them.
 */
export function alignLines(a: readonly string[], b: readonly string[]): Alignment {
  const pairs: (readonly [number, number])[] = [];
  let [atA, atB] = [0, 0];
  const alignTo = (endA: number, endB: number) => {
    if (atA === endA || atB === endB) return;
    for (const [left, right] of align(a.slice(atA, endA), b.slice(atB, endB)))
      pairs.push([left + atA, right + atB]);
  };
  for (const [left, right] of findAnchors(a, b)) {
    alignTo(left, right);
    pairs.push([left, right]);
    [atA, atB] = [left + 1, right + 1];
  }
  alignTo(a.length, b.length);
  return pairs;
}

/** The most lines that stand once in both, in the same order. */
function findAnchors(a: readonly string[], b: readonly string[]): Alignment {
  const [inA, inB] = [findSingles(a), findSingles(b)];
  const shared = [...inA].flatMap(([line, left]) => {
    const right = inB.get(line);
    return right === undefined ? [] : [[left, right] as const];
  });
  return longestAscending(shared.map(([, right]) => right)).flatMap((index) =>
    shared.slice(index, index + 1),
  );
}

/** Where each line is that is there once, in their order. */
function findSingles(lines: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  lines.forEach((line, index) => (places.has(line) ? repeated.add(line) : places.set(line, index)));
  for (const line of repeated) places.delete(line);
  return places;
}
