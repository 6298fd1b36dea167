/** Names this short differ from each other by one letter without being a slip. */
const SHORTEST = 5;
/** From this length on two letters may be wrong. */
const LONG = 9;

/** What of a name counts when it is compared: upper and lower case, `_` and `-` do not. */
interface Shape {
  readonly name: string;
  readonly plain: string;
  /** `page_1` and `page_2` are told apart on purpose. */
  readonly digits: string;
  /** One bit for each letter that occurs, so that most pairs are told apart at a glance. */
  readonly letters: number;
}

const shapes = new Map<string, Shape>();
/** Names come and go while a person types: past this many all are forgotten. */
const MOST_SHAPES = 20_000;

function shapeOf(name: string): Shape {
  const known = shapes.get(name);
  if (known) return known;
  const plain = name.toLowerCase().replaceAll(/[_-]/g, "");
  let letters = 0;
  for (let at = 0; at < plain.length; at += 1) letters |= 1 << (plain.charCodeAt(at) & 31);
  const shape = { name, plain, digits: plain.replaceAll(/\D/g, ""), letters };
  if (shapes.size >= MOST_SHAPES) shapes.clear();
  shapes.set(name, shape);
  return shape;
}

/** Names that may have been meant, those of one length and with the same digits together. */
export type NameIndex = ReadonlyMap<string, readonly Shape[]>;

export function indexNames(names: Iterable<string>): NameIndex {
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

export interface NearMiss {
  readonly name: string;
  /** Letters that are wrong. */
  readonly distance: number;
}

/**
 * The name that was probably meant, of those that are accepted: one that differs in case, `_` and `-` alone, or by a
 * letter or two that are not digits.
 */
export function findNearMiss(
  name: string,
  index: NameIndex,
  isAccepted: (candidate: string) => boolean = () => true,
): NearMiss | undefined {
  const { plain, digits, letters } = shapeOf(name);
  const most = plain.length < SHORTEST ? 0 : plain.length < LONG ? 1 : 2;
  let best: NearMiss | undefined;
  for (let length = plain.length - most; length <= plain.length + most; length += 1) {
    for (const other of index.get(bucketOf(length, digits)) ?? []) {
      if (other.name === name || !isAccepted(other.name)) continue;
      const distance = compareShapes(plain, letters, other, most);
      // Of two that are equally near always the same one, wherever they stand in the flow.
      const isNearer =
        !best || distance < best.distance || (distance === best.distance && other.name < best.name);
      if (distance <= most && isNearer) best = { name: other.name, distance };
    }
  }
  return best;
}

/** Letters that differ, or `Infinity` where they are too many. */
function compareShapes(plain: string, letters: number, other: Shape, most: number): number {
  // `a` and `A` are two names.
  if (plain === other.plain) return plain.length > 1 ? 0 : Infinity;
  // One wrong letter is one that is missing and one too many.
  return countBits(other.letters ^ letters) > 2 * most ? Infinity : editDistance(plain, other.plain);
}

function countBits(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}

/** Letters to add, drop, change or swap with a neighbour (Damerau–Levenshtein, optimal string alignment). */
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
