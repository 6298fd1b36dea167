import { type KeyboardEvent, type ReactNode, useEffect, useEffectEvent, useRef } from "react";
import { joinClasses } from "./join-classes.ts";
import { type RowActions, handleRowKey } from "./row-keys.ts";
import type { PagedRows } from "./use-paged-rows.ts";
import { useRowFocus } from "./use-row-focus.ts";
import { useRowWindow } from "./use-row-window.ts";

type PagedRowListProps<Row extends { readonly id: string }> = {
  readonly label: string;
  readonly list: PagedRows<Row>;
  /** Two lines instead of columns. */
  readonly isNarrow: boolean;
  readonly columns: string;
  readonly isSelected?: (row: Row) => boolean;
  /** A row to bring into sight and give the focus to, as soon as it is among the rows. */
  readonly wantedId: string | undefined;
  readonly onWantedShown: () => void;
  readonly actionsOf: (row: Row) => RowActions;
  /** Hears of each key before the list does; true where it was meant for that. */
  readonly onKey?: (event: KeyboardEvent<HTMLElement>, row: Row | undefined) => boolean;
  readonly onFocus?: () => void;
  /** What stands for the row has `data-row-link` and is reached by Tab where the row is the active one. */
  readonly children: (row: Row, isActive: boolean) => ReactNode;
};

/**
 * Rows that the page itself scrolls, windowed: of however many there are, those in sight are in the page, and the one that
 * the keyboard is on. The arrow keys walk the rows; Tab goes through what the row has and then out of the list.
 */
export function PagedRowList<Row extends { readonly id: string }>(props: PagedRowListProps<Row>) {
  const { isNarrow, columns } = props;
  const { arrangement, paging, isOld } = props.list;
  const { before, rows, total } = arrangement;
  const list = useRef<HTMLUListElement>(null);
  const focus = useRowFocus({ before, rows }, list);
  const { activeIndex } = focus;
  const virtualizer = useRowWindow({ list, arrangement, isNarrow, paging, activeIndex });

  const goTo = (index: number) => {
    focus.focusRow(index);
    virtualizer.scrollToIndex(index, { align: "auto" });
  };
  // Home leads to the very first row, which may have to be read first.
  const wantsTop = useRef(false);
  const goToTop = () => {
    wantsTop.current = before > 0;
    if (before > 0) scrollTo({ top: 0 });
    else goTo(0);
  };
  const arriveAtTop = useEffectEvent(() => {
    if (wantsTop.current) goToTop();
  });
  useEffect(() => {
    if (before === 0) arriveAtTop();
  }, [before]);

  const wantedAt = rows.findIndex(({ id }) => id === props.wantedId);
  // What was just created is only there after the server's next answer; that the row arrives is what counts.
  const showWanted = useEffectEvent(() => {
    goTo(before + wantedAt);
    props.onWantedShown();
  });
  useEffect(() => {
    if (wantedAt >= 0) showWanted();
  }, [wantedAt]);

  const { range } = virtualizer;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const row = rows[activeIndex - before];
    if (props.onKey?.(event, row)) return event.preventDefault();
    handleRowKey(event, {
      activeIndex,
      first: before,
      last: before + rows.length - 1,
      rowsInSight: range ? range.endIndex - range.startIndex : 1,
      goTo,
      goToTop,
      openMenu: focus.openMenu,
      ...(row && props.actionsOf(row)),
    });
  };

  return (
    // The keys belong to the rows, whose links and buttons have the focus; the list only hears of them.
    <ul
      ref={list}
      aria-label={props.label}
      aria-busy={isOld || undefined}
      className={joinClasses("relative transition-opacity", isOld && "opacity-60")}
      style={{ height: virtualizer.getTotalSize() }}
      onFocus={(event) => {
        focus.onFocus(event);
        props.onFocus?.();
      }}
      onBlur={focus.onBlur}
      onKeyDown={onKeyDown}
      onContextMenu={focus.onContextMenu}
    >
      {virtualizer.getVirtualItems().map(({ index, start, size }) => {
        const row = rows[index - before];
        const place = {
          height: size,
          transform: `translateY(${start - virtualizer.options.scrollMargin}px)`,
        };
        if (!row) {
          // It is known to be there, and is being read.
          return (
            <li
              key={`row-${index}`}
              aria-hidden="true"
              className="absolute inset-x-0 top-0 flex items-center border-b border-line px-3 sm:px-4"
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
              "absolute inset-x-0 top-0 items-center border-b border-line px-3 sm:px-4",
              "has-[[data-row-link]:focus-visible]:bg-accent-soft/50 has-[[data-row-link]:focus-visible]:outline-2 has-[[data-row-link]:focus-visible]:-outline-offset-2 has-[[data-row-link]:focus-visible]:outline-focus",
              props.isSelected?.(row) ? "bg-accent-soft/60" : "hover:bg-hover/60",
              isNarrow ? "flex gap-1" : "grid gap-x-4",
            )}
            style={isNarrow ? place : { ...place, gridTemplateColumns: columns }}
          >
            {props.children(row, isActive)}
          </li>
        );
      })}
    </ul>
  );
}
