import { type KeyboardEvent, useCallback, useImperativeHandle, useRef, useState } from "react";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Checkbox } from "#client/ui/controls/checkbox.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";

export interface SelectableRow {
  readonly id: string;
  readonly name: string;
}

export interface RowSelection<Row extends SelectableRow> {
  /** The selected rows by id, including rows that are not loaded any more. */
  readonly rows: ReadonlyMap<string, Row>;
  /** `isRange` includes all rows since the last toggled one. Always the same function, for memoized rows. */
  readonly toggle: (row: Row, isRange: boolean) => void;
  /** Selects these rows only. `isSilent`: without an announcement, for actions that announce their own outcome. */
  readonly set: (rows: readonly Row[], isSilent?: boolean) => void;
  readonly selectAll: () => void;
}

interface RowSelectionOptions {
  readonly noun: string;
  /** The search and filters. A change clears the selection, so that actions never affect unlisted rows. */
  readonly question: string;
  /** Called to select all rows if all loaded rows are selected already. */
  readonly onSelectRest?: () => void;
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();

/** Holds the selected rows of a list, of which only a part is loaded. */
export function useRowSelection<Row extends SelectableRow>(
  loaded: readonly Row[],
  { noun, question, onSelectRest }: RowSelectionOptions,
): RowSelection<Row> {
  const [state, setState] = useState<{
    readonly question: string;
    readonly rows: ReadonlyMap<string, Row>;
    readonly anchor: string;
  }>({ question, rows: NONE, anchor: "" });
  const rows = state.question === question ? state.rows : NONE;
  const change = (next: ReadonlyMap<string, Row>, anchor = state.anchor, isSilent = false) => {
    setState({ question, rows: next, anchor });
    const { size } = next;
    // Announces the count, because the bar that shows the count is not always rendered.
    if (!isSilent)
      announceToScreenReaders(
        `${size === 0 ? `No ${noun}` : formatCount(size, noun)} ${size > 1 ? "are" : "is"} selected.`,
      );
  };
  const set: RowSelection<Row>["set"] = (next, isSilent) =>
    change(new Map(next.map((row) => [row.id, row])), undefined, isSilent);

  const toggleNow = (row: Row, isRange: boolean) =>
    change(toggleRows(rows, loaded, row, isRange ? state.anchor : undefined), row.id);
  const latest = useRef(toggleNow);
  useImperativeHandle(latest, () => toggleNow);
  return {
    rows,
    toggle: useCallback((row, isRange) => latest.current(row, isRange), []),
    set,
    selectAll: () => {
      if (onSelectRest && loaded.every(({ id }) => rows.has(id))) onSelectRest();
      else set([...rows.values(), ...loaded]);
    },
  };
}

/** All rows from `anchor`, if that is loaded, get the new state of `row`. */
export function toggleRows<Row extends { readonly id: string }>(
  selected: ReadonlyMap<string, Row>,
  loaded: readonly Row[],
  row: Row,
  anchor: string | undefined,
): ReadonlyMap<string, Row> {
  const next = new Map(selected);
  const from = loaded.findIndex(({ id }) => id === anchor);
  const to = loaded.findIndex(({ id }) => id === row.id);
  const range = from < 0 ? [row] : loaded.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const each of range) {
    if (selected.has(row.id)) next.delete(each.id);
    else next.set(each.id, each);
  }
  return next;
}

export function handleRowSelectionKey<Row extends SelectableRow>(
  { target, key, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent<HTMLElement>,
  row: Row | undefined,
  { rows, toggle, set, selectAll }: RowSelection<Row>,
): boolean {
  const isOn = (selector: string) => target instanceof Element && target.matches(selector);
  const isAll = key.toLowerCase() === "a" && (ctrlKey || metaKey) && !altKey;
  if (isOn("[data-row-link]") && key === " " && row) toggle(row, shiftKey);
  else if (isAll && !isOn("[type=text]")) selectAll();
  else if (isOn("[data-row-link], [type=checkbox]") && key === "Escape" && rows.size > 0) set([]);
  else return false;
  return true;
}

type RowCheckboxProps<Row> = {
  readonly row: Row;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onToggle: (row: Row, isRange: boolean) => void;
};

export function RowCheckbox<Row extends SelectableRow>(props: RowCheckboxProps<Row>) {
  const { row, isActive, isSelected, onToggle } = props;
  return (
    <Checkbox
      label={`Select ${row.name}`}
      checked={isSelected}
      tabIndex={isActive ? 0 : -1}
      onToggle={({ shiftKey }) => onToggle(row, shiftKey)}
      className="relative z-10 -ml-1.5"
    />
  );
}
