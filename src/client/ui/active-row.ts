/** The row where the keyboard is. It is followed by its id; where that is gone, the row now at its place takes over. */
export interface ActiveRow {
  readonly id: string;
  readonly index: number;
}

/** Rows that have been read; `before` are known to be above them. */
export interface LoadedRows {
  readonly before: number;
  readonly rows: readonly { readonly id: string }[];
}

/** Position among all rows of the active one, or -1 when none is loaded. */
export function findActiveIndex({ before, rows }: LoadedRows, active: ActiveRow | undefined): number {
  if (rows.length === 0) return -1;
  if (!active) return before;
  const at = rows.findIndex(({ id }) => id === active.id);
  if (at >= 0) return before + at;
  return Math.min(Math.max(active.index, before), before + rows.length - 1);
}

/** The rows to mount: those in sight and the one that has the focus, wherever it is. */
export function withActiveRow(indexes: readonly number[], active: number): number[] {
  if (active < 0 || indexes.includes(active)) return [...indexes];
  return [...indexes, active].toSorted((a, b) => a - b);
}
