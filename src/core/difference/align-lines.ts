import { type SequenceAlignment, alignSequences, findIncreasingSubsequence } from "./align.ts";

/** Aligns unique lines first (patience diff), to be nearly linear on texts with many differences. */
export function alignLines(a: readonly string[], b: readonly string[]): SequenceAlignment {
  const pairs: (readonly [number, number])[] = [];
  let [atA, atB] = [0, 0];
  const alignTo = (endA: number, endB: number) => {
    if (atA === endA || atB === endB) return;
    for (const [left, right] of alignSequences(a.slice(atA, endA), b.slice(atB, endB)))
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

function findAnchors(a: readonly string[], b: readonly string[]): SequenceAlignment {
  const [inA, inB] = [findSingles(a), findSingles(b)];
  const shared = [...inA].flatMap(([line, left]) => {
    const right = inB.get(line);
    return right === undefined ? [] : [[left, right] as const];
  });
  return findIncreasingSubsequence(shared.map(([, right]) => right)).flatMap((index) =>
    shared.slice(index, index + 1),
  );
}

function findSingles(lines: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  lines.forEach((line, index) => (places.has(line) ? repeated.add(line) : places.set(line, index)));
  for (const line of repeated) places.delete(line);
  return places;
}
