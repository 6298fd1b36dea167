import { type ReactNode, useEffect, useEffectEvent, useLayoutEffect } from "react";
import { joinClasses } from "./join-classes.ts";
import { useRowScroller } from "./use-row-scroller.ts";

type RowListProps<Row extends { readonly id: string }> = {
  readonly label: string;
  readonly rows: readonly Row[];
  /** In CSS pixels; all rows are as high. */
  readonly rowHeight: number;
  /** There are no more rows than these. */
  readonly isComplete: boolean;
  /** The row to begin with: it was left by that. */
  readonly startAt?: string | undefined;
  /** The row whose content is shown elsewhere on the page. */
  readonly selectedId?: string | undefined;
  /** Each row has a menu, which the keyboard opens from the row. */
  readonly hasMenus?: boolean;
  readonly rowClassName: string;
  readonly columns?: string | undefined;
  /** Told after every render with the last row in sight; asking for the same twice is the caller's to hold off. */
  readonly onSeen: (first: number, last: number) => void;
  /** What stands for the row has `data-row-link` and is reached by Tab where the row is the active one. */
  readonly children: (row: Row, isActive: boolean) => ReactNode;
};

/** Rows of one height, windowed, in a scroller of their own. The arrow keys walk them; one of them takes part in the Tab order. */
export function RowList<Row extends { readonly id: string }>(props: RowListProps<Row>) {
  const { label, rows, rowHeight, isComplete, startAt, selectedId, columns, hasMenus, onSeen } = props;
  const { scroller, list, activeIndex, range, items, height, focusRow, listeners } = useRowScroller({
    rows,
    rowHeight,
    startAt,
    hasMenus,
  });
  // Only a finished render knows what is in sight.
  useEffect(() => onSeen(range?.startIndex ?? 0, range?.endIndex ?? 0));
  // Whoever comes back to the list comes back to the row that they left it by, once that has been read.
  const startIndex = startAt === undefined ? -1 : rows.findIndex(({ id }) => id === startAt);
  const focusStart = useEffectEvent(() => {
    if (document.activeElement === document.body) focusRow(startIndex);
  });
  const isStartThere = startIndex >= 0;
  useEffect(() => {
    if (isStartThere) focusStart();
  }, [isStartThere]);
  // What shows the row's content may have taken the room that the row was in.
  useLayoutEffect(() => {
    if (selectedId === undefined) return;
    list.current
      ?.querySelector(`[data-row-id="${CSS.escape(selectedId)}"]`)
      ?.scrollIntoView({ block: "nearest" });
  }, [selectedId, list]);

  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]">
      {/* The keys belong to the rows, whose links and buttons have the focus; the list only hears of them. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ul ref={list} aria-label={label} className="relative" style={{ height }} {...listeners}>
        {items.map(({ index, start: top, size }) => {
          const row = rows[index];
          if (!row) return null;
          const isActive = index === activeIndex;
          return (
            <li
              key={row.id}
              data-row-id={row.id}
              data-row={index}
              data-active={isActive || undefined}
              aria-posinset={index + 1}
              aria-setsize={isComplete ? rows.length : -1}
              className={joinClasses(
                "absolute inset-x-0 top-0 items-center border-b border-line",
                "has-[[data-row-link]:focus-visible]:outline-2 has-[[data-row-link]:focus-visible]:-outline-offset-2 has-[[data-row-link]:focus-visible]:outline-focus",
                row.id === selectedId ? "bg-accent-soft" : "hover:bg-hover/60",
                columns === undefined ? "flex" : "grid",
                props.rowClassName,
              )}
              style={{
                height: size,
                transform: `translateY(${top}px)`,
                ...(columns !== undefined && { gridTemplateColumns: columns }),
              }}
            >
              {props.children(row, isActive)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
