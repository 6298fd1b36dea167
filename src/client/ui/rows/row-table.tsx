import { type ComponentType, memo, useState } from "react";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import type { LoadedRowRange } from "./active-row.ts";
import { type TableCellProps, type TableColumn, toGridTemplateColumns } from "./columns.tsx";
import type { VirtualRowWindow } from "./row-window.ts";

interface TableRow {
  readonly id: string;
}

export interface TableRowRenderProps<Row, State> {
  readonly columns: readonly TableColumn<Row, State>[];
  /** Renders a row of several lines; undefined if there is room for columns. */
  readonly compact: ComponentType<TableCellProps<Row, State>> | undefined;
  /** Rows are memoized by the properties of the returned state. */
  readonly stateOf: (row: Row) => State;
}

type RowTableProps<Row extends TableRow, State extends object> = TableRowRenderProps<Row, State> & {
  readonly label: string;
  readonly loaded: LoadedRowRange<Row>;
  readonly total: number | undefined;
  readonly window: VirtualRowWindow;
  readonly classOf: (row: Row) => string;
  readonly spacing?: string | undefined;
  readonly isOld?: boolean;
};

/** Arrow keys move between rows, Tab through the active row. `data-row-link` marks the main control of a row. */
export function VirtualizedRowTable<Row extends TableRow, State extends object>(
  props: RowTableProps<Row, State>,
) {
  const { label, loaded, total, compact, stateOf, classOf, isOld = false } = props;
  const columns = useSameWhileEqual(props.columns);
  const { spacing = compact ? "gap-1 px-gutter" : "gap-x-4 px-gutter" } = props;
  const { list, items, height, scrollMargin, activeIndex, listeners } = props.window;
  const grid = compact ? undefined : toGridTemplateColumns(columns);
  return (
    // Handles events that bubble from the links and buttons of the rows.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul
      ref={list}
      aria-label={label}
      aria-busy={isOld || undefined}
      className={joinClasses("relative transition-opacity", isOld && "opacity-60")}
      style={{ height }}
      {...listeners}
    >
      {items.map(({ index, start, size }) => {
        const row = loaded.rows[index - loaded.before];
        const place = { height: size, transform: `translateY(${start - scrollMargin}px)` };
        if (!row) {
          return (
            <li
              key={`row-${index}`}
              aria-hidden="true"
              className={joinClasses(
                "absolute inset-x-0 top-0 flex items-center border-b border-line",
                spacing,
              )}
              style={place}
            >
              <span className="h-2.5 w-40 rounded-sm bg-hover" />
            </li>
          );
        }
        const isActive = index === activeIndex;
        return (
          <li
            key={row.id}
            data-row-id={row.id}
            data-row={index}
            data-active={isActive || undefined}
            aria-posinset={index + 1}
            aria-setsize={total ?? -1}
            className={joinClasses(
              "absolute inset-x-0 top-0 items-center border-b border-line",
              "has-[[data-row-link]:focus-visible]:outline-2 has-[[data-row-link]:focus-visible]:-outline-offset-2 has-[[data-row-link]:focus-visible]:outline-focus",
              compact ? "flex" : "grid",
              spacing,
              classOf(row),
            )}
            style={grid === undefined ? place : { ...place, gridTemplateColumns: grid }}
          >
            <Cells {...stateOf(row)} row={row} isActive={isActive} columns={columns} compact={compact} />
          </li>
        );
      })}
    </ul>
  );
}

/** Keeps the array while its entries are the same: rows are memoized by their columns, and pages make the array anew. */
function useSameWhileEqual<T>(list: readonly T[]): readonly T[] {
  const [kept, setKept] = useState(list);
  if (kept.length === list.length && kept.every((each, index) => each === list[index])) return kept;
  setKept(list);
  return list;
}

export const FOCUSED_ROW_CLASSES = "has-[[data-row-link]:focus-visible]:bg-accent-soft/50";

type CellsProps<Row, State> = TableCellProps<Row, State> &
  Pick<TableRowRenderProps<Row, State>, "columns" | "compact">;

function DrawCells<Row, State>(props: CellsProps<Row, State>) {
  const { columns, compact: Compact } = props;
  if (Compact) return <Compact {...props} />;
  return columns.map(({ id, className, cell: Content }) =>
    className === undefined ? (
      <Content key={id} {...props} />
    ) : (
      <span key={id} className={className}>
        <Content {...props} />
      </span>
    ),
  );
}

// Restores the type parameters, which `memo` drops.
const Cells = memo(DrawCells) as unknown as typeof DrawCells;
