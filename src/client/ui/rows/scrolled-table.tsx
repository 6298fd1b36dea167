import { useEffect, useLayoutEffect, useRef } from "react";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { ColumnHeadings } from "./columns.tsx";
import type { RowShortcutActions } from "./row-keys.ts";
import { type TableRowRenderProps, VirtualizedRowTable } from "./row-table.tsx";
import { useFocusableRows } from "./use-focusable-rows.ts";

type ContainerScrolledTableProps<
  Row extends { readonly id: string },
  State extends object,
> = TableRowRenderProps<Row, State> & {
  readonly label: string;
  readonly rows: readonly Row[];
  /** Height of every row, in CSS pixels. */
  readonly rowHeight: number;
  readonly isComplete: boolean;
  /** Id of the row to focus when the user returns to the list: the row through which the user left it. */
  readonly startAt?: string | undefined;
  readonly selectedId?: string | undefined;
  readonly hasMenus?: boolean;
  /** Actions of keys on the focused row. */
  readonly actionsOf?: (row: Row) => RowShortcutActions;
  readonly headingsClassName?: string;
  readonly rowClassName?: string;
  readonly spacing?: string;
  /** Called after every render with the visible range, so it must tolerate repeated calls. */
  readonly onSeen?: (first: number, last: number) => void;
};

export function ContainerScrolledTable<Row extends { readonly id: string }, State extends object>(
  props: ContainerScrolledTableProps<Row, State>,
) {
  const { label, rows, columns, compact, stateOf, startAt, selectedId, onSeen } = props;
  const { scroller, focusRow, ...rowWindow } = useFocusableRows(props);
  const { range, list } = rowWindow;
  const startIndex = startAt === undefined ? -1 : rows.findIndex(({ id }) => id === startAt);
  const wasStartLoaded = useRef(false);
  // Runs after every render, because scrolling renders the table again with another visible range.
  useEffect(() => {
    onSeen?.(range?.startIndex ?? 0, range?.endIndex ?? 0);
    const isStartLoaded = startIndex >= 0;
    if (isStartLoaded && !wasStartLoaded.current && document.activeElement === document.body)
      focusRow(startIndex);
    wasStartLoaded.current = isStartLoaded;
  });
  // Scrolls the selected row into view, because the panel that shows its content may cover it.
  useLayoutEffect(() => {
    if (selectedId === undefined) return;
    list.current
      ?.querySelector(`[data-row-id="${CSS.escape(selectedId)}"]`)
      ?.scrollIntoView({ block: "nearest" });
  }, [selectedId, list]);

  return (
    <>
      {!compact && (
        <ColumnHeadings
          columns={columns}
          className={props.headingsClassName ?? "min-h-8 gap-x-4 px-gutter text-muted"}
        />
      )}
      <div
        ref={scroller}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]"
      >
        <VirtualizedRowTable
          label={label}
          window={rowWindow}
          columns={columns}
          compact={compact}
          stateOf={stateOf}
          loaded={{ before: 0, rows }}
          total={props.isComplete ? rows.length : undefined}
          classOf={({ id }) =>
            joinClasses(id === selectedId ? "selected-row" : "hover:bg-hover/60", props.rowClassName)
          }
          spacing={props.spacing}
        />
      </div>
    </>
  );
}
