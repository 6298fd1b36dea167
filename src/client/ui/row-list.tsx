import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef } from "react";
import { withActiveRow } from "./active-row.ts";
import { joinClasses } from "./join-classes.ts";
import { handleRowKey } from "./row-keys.ts";
import { useRowFocus } from "./use-row-focus.ts";

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

const OVERSCAN = 8;

/** Rows of one height, windowed, in a scroller of their own. The arrow keys walk them; one of them takes part in the Tab order. */
export function RowList<Row extends { readonly id: string }>(props: RowListProps<Row>) {
  const { label, rows, rowHeight, isComplete, startAt, selectedId, columns, onSeen } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const start = startAt === undefined ? undefined : { id: startAt, index: 0 };
  const focus = useRowFocus({ before: 0, rows }, list, start);
  const { activeIndex } = focus;
  // The virtualizer computes all places anew when this is another function: only another height of the rows asks for it.
  const getItemKey = useCallback((index: number) => `${index} ${rowHeight}`, [rowHeight]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey,
    overscan: OVERSCAN,
    rangeExtractor: (range) => withActiveRow(defaultRangeExtractor(range), activeIndex),
    initialOffset: Math.max(0, (activeIndex - 3) * rowHeight),
  });
  const { range } = virtualizer;
  // Only a finished render knows what is in sight.
  useEffect(() => onSeen(range?.startIndex ?? 0, range?.endIndex ?? 0));
  // Whoever comes back to the list comes back to the row that they left it by, once that has been read.
  const startIndex = startAt === undefined ? -1 : rows.findIndex(({ id }) => id === startAt);
  const focusStart = useEffectEvent(() => {
    if (document.activeElement === document.body) focus.focusRow(startIndex);
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
  }, [selectedId]);

  const goTo = (index: number) => {
    focus.focusRow(index);
    virtualizer.scrollToIndex(index, { align: "auto" });
  };
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]">
      {/* The keys belong to the rows, whose links and buttons have the focus; the list only hears of them. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ul
        ref={list}
        aria-label={label}
        className="relative"
        style={{ height: virtualizer.getTotalSize() }}
        onFocus={focus.onFocus}
        onBlur={focus.onBlur}
        onContextMenu={focus.onContextMenu}
        onKeyDown={(event) =>
          handleRowKey(event, {
            activeIndex,
            first: 0,
            last: rows.length - 1,
            rowsInSight: range ? range.endIndex - range.startIndex : 1,
            goTo,
            goToTop: () => goTo(0),
            ...(props.hasMenus && { openMenu: focus.openMenu }),
          })
        }
      >
        {virtualizer.getVirtualItems().map(({ index, start: top, size }) => {
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
