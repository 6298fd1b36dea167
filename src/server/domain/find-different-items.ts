export interface DifferentItems {
  /** The items at `from` up to `to` (exclusive) differ from those of the stored list. */
  readonly from: number;
  readonly to: number;
  /** JSON text of the list of the stored items in their place. */
  readonly storedItems: string;
}

/**
 * Compares a stored list with new items, all as `JSON.stringify` writes them, without parsing: finds their common
 * beginning and end. After a change of one item, only that item is left.
 */
export function findDifferentItems(stored: string, items: readonly string[]): DifferentItems {
  let from = 0;
  let start = 1;
  for (const item of items) {
    const end = start + item.length;
    if (!isItemAt(stored, start, item) || !isBoundary(stored, end)) break;
    start = end + 1;
    from += 1;
  }
  let to = items.length;
  let end = stored.length - 1;
  while (to > from) {
    const item = items[to - 1] ?? "";
    const begin = end - item.length;
    if (begin < start || !isItemAt(stored, begin, item) || !isBoundary(stored, begin - 1)) break;
    end = begin - 1;
    to -= 1;
  }
  return { from, to, storedItems: `[${stored.slice(start, end)}]` };
}

/** Unlike `startsWith`, compares whole blocks of memory. */
function isItemAt(text: string, at: number, item: string): boolean {
  return text.slice(at, at + item.length) === item;
}

function isBoundary(text: string, at: number): boolean {
  const character = text[at];
  return character === "," || character === "[" || character === "]";
}
