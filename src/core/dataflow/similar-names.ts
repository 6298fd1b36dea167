/** Minimum length of a name for which a suggestion may differ in one letter: shorter names can differ on purpose. */
const MIN_LENGTH_FOR_ONE_TYPO = 5;
/** Minimum length of a name for which a suggestion may differ in two letters. */
const MIN_LENGTH_FOR_TWO_TYPOS = 9;
/** Comparing takes time by the product of lengths, and longer names are rarely typed by hand. */
const MAX_LENGTH = 100;

interface Shape {
  readonly name: string;
  readonly plain: string;
  /** Must be equal in similar names: `page_1` and `page_2` differ on purpose. */
  readonly digits: string;
  /** Bit set of the letters in the name, which excludes most pairs without computing an edit distance. */
  readonly letters: number;
}

const shapes = new Map<string, Shape>();
const MAX_CACHED_SHAPES = 20_000;

function shapeOf(name: string): Shape {
  const known = shapes.get(name);
  if (known) return known;
  const plain = name.toLowerCase().replaceAll(/[_-]/g, "");
  let letters = 0;
  for (let at = 0; at < plain.length; at += 1) letters |= 1 << (plain.charCodeAt(at) & 31);
  const shape = { name, plain, digits: plain.replaceAll(/\D/g, ""), letters };
  if (shapes.size >= MAX_CACHED_SHAPES) shapes.clear();
  shapes.set(name, shape);
  return shape;
}

export type SimilarNameIndex = ReadonlyMap<string, readonly Shape[]>;

export function createSimilarNameIndex(names: Iterable<string>): SimilarNameIndex {
  const index = new Map<string, Shape[]>();
  for (const name of names) {
    const shape = shapeOf(name);
    const key = bucketOf(shape.plain.length, shape.digits);
    const known = index.get(key);
    if (known) known.push(shape);
    else index.set(key, [shape]);
  }
  return index;
}

function bucketOf(length: number, digits: string): string {
  return digits === "" ? String(length) : `${length} ${digits}`;
}

export interface SimilarName {
  readonly name: string;
  readonly distance: number;
}

/** Limits the comparisons per flow: tens of thousands of similar names would take minutes. */
export interface NameComparisonBudget {
  left: number;
}

export const createNameComparisonBudget = (): NameComparisonBudget => ({ left: 5_000_000 });

/** Differs only in case, `_` and `-`, or in one or two letters other than digits. */
export function findSimilarName(
  name: string,
  index: SimilarNameIndex,
  budget: NameComparisonBudget,
  isAccepted: (candidate: string) => boolean = () => true,
): SimilarName | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const shape = shapeOf(name);
  const { plain, digits } = shape;
  const maxDistance =
    plain.length < MIN_LENGTH_FOR_ONE_TYPO ? 0 : plain.length < MIN_LENGTH_FOR_TWO_TYPOS ? 1 : 2;
  let best: SimilarName | undefined;
  for (let length = plain.length - maxDistance; length <= plain.length + maxDistance; length += 1) {
    for (const other of index.get(bucketOf(length, digits)) ?? []) {
      budget.left -= 1;
      if (budget.left < 0) return best;
      if (other.name === name || !isAccepted(other.name)) continue;
      const distance = compareShapes(shape, other, maxDistance, budget);
      if (distance > maxDistance || (best && distance > best.distance)) continue;
      if (!best || distance < best.distance || isNearerSpelling(name, other.name, best.name, budget))
        best = { name: other.name, distance };
    }
  }
  return best;
}

/** Breaks ties by case, `_` and `-`, then by name, so that the result does not depend on the order of steps. */
function isNearerSpelling(name: string, a: string, b: string, budget: NameComparisonBudget): boolean {
  budget.left -= name.length * (a.length + b.length);
  const difference = editDistance(name, a) - editDistance(name, b);
  return difference === 0 ? a < b : difference < 0;
}

/** Returns whether two names differ only as singular and plural, such as `message` and `messages`. */
export function isSingularOrPluralOf(a: string, b: string): boolean {
  const [singular = "", plural] = [shapeOf(a).plain, shapeOf(b).plain].toSorted(
    (x, y) => x.length - y.length,
  );
  return plural === `${singular}s` && !singular.endsWith("s");
}

/** Returns the edit distance, or `Infinity` if the sets of letters differ too much. */
function compareShapes(
  { plain, letters }: Shape,
  other: Shape,
  maxDistance: number,
  budget: NameComparisonBudget,
): number {
  // Similar but for case, `_` and `-`; single letters such as `a` and `A` differ on purpose.
  if (plain === other.plain) return plain.length > 1 ? 0 : Infinity;
  // One replaced letter changes at most two bits.
  if (countBits(other.letters ^ letters) > 2 * maxDistance) return Infinity;
  budget.left -= plain.length * other.plain.length;
  return editDistance(plain, other.plain);
}

function countBits(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}

/** Damerau–Levenshtein distance (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let least = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + cost,
      );
      if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, (before[column - 2] ?? Infinity) + 1);
      }
      current.push(least);
    }
    [before, previous] = [previous, current];
  }
  return previous[b.length] ?? 0;
}
