import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useCallback, useRef } from "react";
import { withActiveRow } from "./active-row.ts";
import { handleRowKey } from "./row-keys.ts";
import { useRowFocus } from "./use-row-focus.ts";

interface RowScrollerInput {
  readonly rows: readonly { readonly id: string }[];
  /** In CSS pixels; all rows are as high. */
  readonly rowHeight: number;
  /** The row to begin with. */
  readonly startAt?: string | undefined;
  /** Each row has a menu, which the keyboard opens from the row. */
  readonly hasMenus?: boolean | undefined;
}

const OVERSCAN = 8;

/** Rows of one height in a scroller of their own: those in sight are in the page, and the one that the keyboard is on. */
export function useRowScroller({ rows, rowHeight, startAt, hasMenus }: RowScrollerInput) {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const start = startAt === undefined ? undefined : { id: startAt, index: 0 };
  const focus = useRowFocus({ before: 0, rows }, list, start);
  const { activeIndex, focusRow } = focus;
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
  const goTo = (index: number) => {
    focusRow(index);
    virtualizer.scrollToIndex(index, { align: "auto" });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) =>
    handleRowKey(event, {
      activeIndex,
      first: 0,
      last: rows.length - 1,
      rowsInSight: range ? range.endIndex - range.startIndex : 1,
      goTo,
      goToTop: () => goTo(0),
      ...(hasMenus && { openMenu: focus.openMenu }),
    });
  return {
    scroller,
    list,
    activeIndex,
    /** Positions of the first and the last row in sight. */
    range,
    items: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    focusRow,
    /** Gives the focus to a row and brings it into sight. */
    goTo,
    /** What the element around the rows hears. */
    listeners: {
      onFocus: focus.onFocus,
      onBlur: focus.onBlur,
      onContextMenu: focus.onContextMenu,
      onKeyDown,
    },
  };
}
