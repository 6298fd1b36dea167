export interface JsonRow {
  /** JSON pointer to the value. The pieces of a long text add their number and {@link PIECE_MARK}. */
  readonly id: string;
  readonly level: number;
  readonly position: number;
  readonly size: number;
  /** The key or index; absent for the root value and for the pieces of a text. */
  readonly name?: string;
  readonly value: unknown;
  readonly isOpen?: boolean;
}

/** A longer text is collapsed at first, so that it does not hide the other values. */
export const MAX_EXPANDED_TEXT_CHARACTERS = 160;
/** Characters per piece of a long text, because one element with a megabyte of text would block the page. */
const PIECE_CHARACTERS = 1000;
const MAX_INITIAL_LINES = 40;

type Child = { readonly name?: string; readonly value: unknown; readonly id: string };

export function listJsonRows(value: unknown, open: ReadonlySet<string>): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  // Uses a stack instead of recursion, because a value may be nested very deep.
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

/** The root, then outer values before inner ones, up to about one screen of lines. */
export function findInitiallyExpandedRows(value: unknown): ReadonlySet<string> {
  const open = new Set<string>();
  let lines = 1;
  const waiting: Child[] = [{ value, id: "" }];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const size = countChildren(next.value);
    if (size === 0 || (open.size > 0 && (typeof next.value === "string" || lines + size > MAX_INITIAL_LINES)))
      continue;
    open.add(next.id);
    lines += size;
    if (size <= MAX_INITIAL_LINES) waiting.push(...childrenOf(next.value, next.id));
  }
  return open;
}

export function findIndexOfParentJsonRow(rows: readonly JsonRow[], index: number): number | undefined {
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

/** No JSON pointer ends with a tilde, because pointers escape it as `~0`. */
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
  if (typeof value === "string") return isLongText(value) ? Math.ceil(value.length / PIECE_CHARACTERS) : 0;
  if (Array.isArray(value)) return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

function isLongText(text: string): boolean {
  return text.length > MAX_EXPANDED_TEXT_CHARACTERS || text.includes("\n");
}

function cutText(text: string): readonly string[] {
  if (!isLongText(text)) return [];
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + PIECE_CHARACTERS, text.length);
    if (end < text.length) {
      const line = text.lastIndexOf("\n", end);
      if (line > start) end = line + 1;
      else if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1;
    }
    // Drops the line break at the end of a piece, because the next piece starts on a new line anyway.
    pieces.push(end < text.length ? text.slice(start, end).replace(/\n$/, "") : text.slice(start, end));
    start = end;
  }
  return pieces;
}
