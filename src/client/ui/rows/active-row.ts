/** The row in the Tab order. If it is removed, the row that is then at `index` becomes active. */
export interface ActiveRowIdAndIndex {
  readonly id: string;
  readonly index: number;
}

/** The rows of a list that are loaded. `before` is the number of rows above them that are not loaded. */
export interface LoadedRowRange<Row extends { readonly id: string } = { readonly id: string }> {
  readonly before: number;
  readonly rows: readonly Row[];
}

export function getActiveRowIndex(
  { before, rows }: LoadedRowRange,
  active: ActiveRowIdAndIndex | undefined,
): number {
  if (rows.length === 0) return -1;
  if (!active) return before;
  const at = rows.findIndex(({ id }) => id === active.id);
  if (at >= 0) return before + at;
  return Math.min(Math.max(active.index, before), before + rows.length - 1);
}

export function insertActiveRowIndex(indexes: readonly number[], active: number): number[] {
  if (active < 0 || indexes.includes(active)) return [...indexes];
  return [...indexes, active].toSorted((a, b) => a - b);
}
