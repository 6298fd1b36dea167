/** One line of a JSON value as far as it stands open. */
export interface JsonRow {
  /** A JSON pointer; that of a long text's piece ends in its number. */
  readonly id: string;
  /** 1 is the value itself. */
  readonly level: number;
  readonly position: number;
  readonly size: number;
  /** The key or the index; absent for the value itself and for pieces of a text. */
  readonly name?: string;
  readonly value: unknown;
  /** Absent where there is nothing to open. */
  readonly isOpen?: boolean;
}

/** A text of more characters is folded, */
export const LONG_TEXT = 160;
/** and shown in pieces of so many: one element with a megabyte of text would stop the page. */
const PIECE = 1000;
/** Lines that are open to begin with, about a screen of them. */
const OPEN_AT_FIRST = 40;

type Child = { readonly name?: string; readonly value: unknown; readonly id: string };

/** The lines to show, where these ids are open. */
export function listJsonRows(value: unknown, open: ReadonlySet<string>): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  // A stack and no recursion: nobody knows how deep a value is.
  const waiting: JsonRow[] = [toRow({ value, id: "" }, { level: 1, position: 1, size: 1 }, open)];
  for (let row = waiting.pop(); row; row = waiting.pop()) {
    rows.push(row);
    if (!row.isOpen) continue;
    const children = childrenOf(row.value, row.id);
    for (let index = children.length - 1; index >= 0; index -= 1) {
      const child = children[index];
      const place = { level: row.level + 1, position: index + 1, size: children.length };
      if (child) waiting.push(toRow(child, place, open));
    }
  }
  return rows;
}

/** What is open to begin with: the value itself, and of what is inside as much as there is room for, outer things first. */
export function openAtFirst(value: unknown): ReadonlySet<string> {
  const open = new Set<string>();
  let lines = 1;
  const waiting: Child[] = [{ value, id: "" }];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const size = countChildren(next.value);
    if (size === 0 || (open.size > 0 && (typeof next.value === "string" || lines + size > OPEN_AT_FIRST)))
      continue;
    open.add(next.id);
    lines += size;
    if (size <= OPEN_AT_FIRST) waiting.push(...childrenOf(next.value, next.id));
  }
  return open;
}

/** The row that a row is inside of; undefined for the value itself. */
export function findParent(rows: readonly JsonRow[], index: number): number | undefined {
  const level = rows[index]?.level ?? 1;
  for (let at = index - 1; at >= 0; at -= 1) if ((rows[at]?.level ?? 1) < level) return at;
  return undefined;
}

function toRow(
  { name, value, id }: Child,
  place: { readonly level: number; readonly position: number; readonly size: number },
  open: ReadonlySet<string>,
): JsonRow {
  const canOpen = !id.endsWith(PIECE_MARK) && countChildren(value) > 0;
  return {
    id,
    value,
    ...place,
    ...(name !== undefined && { name }),
    ...(canOpen && { isOpen: open.has(id) }),
  };
}

/** No pointer ends like this: a tilde in one is followed by 0 or 1. */
const PIECE_MARK = "~";

function childrenOf(value: unknown, id: string): readonly Child[] {
  if (typeof value === "string")
    return cutText(value).map((text, index) => ({ value: text, id: `${id}/${index}${PIECE_MARK}` }));
  if (Array.isArray(value))
    return value.map((item: unknown, index) => ({ name: String(index), value: item, id: `${id}/${index}` }));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).map(([name, item]: [string, unknown]) => ({
    name,
    value: item,
    id: `${id}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
  }));
}

function countChildren(value: unknown): number {
  if (typeof value === "string") return isLongText(value) ? Math.ceil(value.length / PIECE) : 0;
  if (Array.isArray(value)) return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

function isLongText(text: string): boolean {
  return text.length > LONG_TEXT || text.includes("\n");
}

/** At the ends of lines where that can be, and never in the middle of a letter. */
function cutText(text: string): readonly string[] {
  if (!isLongText(text)) return [];
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + PIECE, text.length);
    if (end < text.length) {
      const line = text.lastIndexOf("\n", end);
      if (line > start) end = line + 1;
      else if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1;
    }
    // The break after a piece is made by the next one's beginning.
    pieces.push(end < text.length ? text.slice(start, end).replace(/\n$/, "") : text.slice(start, end));
    start = end;
  }
  return pieces;
}
