/** Names this short differ from each other by one letter without being a slip. */
const SHORTEST = 5;
/** From this length on two letters may be wrong. */
const LONG = 9;

/** The name that was probably meant: one that differs in case, `_` and `-` alone, or by a letter or two that are not digits. */
export function findNearMiss(name: string, candidates: Iterable<string>): string | undefined {
  const plain = simplify(name);
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    const other = simplify(candidate);
    if (other === plain && plain.length > 1) return candidate;
    const most = plain.length < SHORTEST ? 0 : plain.length < LONG ? 1 : 2;
    if (Math.abs(other.length - plain.length) > most || differInDigits(plain, other)) continue;
    const distance = editDistance(plain, other);
    if (distance <= most && distance < (best?.distance ?? Infinity)) best = { name: candidate, distance };
  }
  return best?.name;
}

function simplify(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, "");
}

/** `page_1` and `page_2` are told apart on purpose. */
function differInDigits(a: string, b: string): boolean {
  return a.replaceAll(/\D/g, "") !== b.replaceAll(/\D/g, "");
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
