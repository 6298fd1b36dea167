import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useState } from "react";
import { withActiveRow } from "./active-row.ts";
import type { RowArrangement } from "./arrange-rows.ts";
import { rootFontSize } from "./root-font-size.ts";

/** How more rows come; mirrors what an infinite query offers. */
export interface RowPaging {
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  /** Something is under way or has just failed: do not ask again by yourself. */
  readonly isHeld: boolean;
  readonly fetchNext: () => void;
  readonly fetchPrevious: () => void;
  /** Goes to the first page at once, instead of back through all that lie between. */
  readonly startOver: () => void;
}

/** Rows of one line, and of two where the window is narrow, in rem: a reader's larger text needs higher rows. */
const ROW_REM = { wide: 2.5, narrow: 3.75 } as const;

/** Rows mounted beyond each edge of the window; with a 2,160 px screen of 40 px rows that makes fewer than eighty. */
const OVERSCAN = 8;

/** Rows between the top and the first loaded one that make going back page by page too long a way. */
const FAR = 200;

/** Rows left to scroll when the next page is asked for. */
const EARLY = 30;

interface RowWindowInput {
  readonly list: RefObject<HTMLElement | null>;
  readonly arrangement: RowArrangement<{ readonly id: string }>;
  readonly isNarrow: boolean;
  readonly paging: RowPaging;
  readonly activeIndex: number;
}

/** The rows of a list that the page itself scrolls, as many as are in sight; scrolling asks for more. */
export function useRowWindow({ list, arrangement, isNarrow, paging, activeIndex }: RowWindowInput) {
  const { top, covered } = useListPlace(list);
  const rowHeight = (isNarrow ? ROW_REM.narrow : ROW_REM.wide) * rootFontSize();
  const { before, rows, after } = arrangement;

  // It hands out functions whose answers change without them; the rows are not memoised by them.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useWindowVirtualizer({
    count: before + rows.length + after,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    // Otherwise the first drawing has no rows, and only the one after it that is measured does.
    initialRect: { width: innerWidth, height: innerHeight },
    scrollMargin: top,
    scrollPaddingStart: covered,
    scrollPaddingEnd: rowHeight,
    rangeExtractor: (range) => withActiveRow(defaultRangeExtractor(range), activeIndex),
  });

  // Sizes are cached by the virtualizer, which lives outside React's knowledge of them.
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);

  const { startIndex = 0, endIndex = 0 } = virtualizer.range ?? {};
  const isNearEnd = endIndex >= before + rows.length - EARLY;
  const isNearStart = startIndex < before + EARLY;
  const isAtTop = startIndex < EARLY && before > FAR;
  const { hasNext, hasPrevious, isHeld, fetchNext, fetchPrevious, startOver } = paging;
  // Scrolling is what asks for more, and only a finished render knows how far it went; asking twice is held off.
  useEffect(() => {
    if (isHeld || rows.length === 0) return;
    if (isAtTop) startOver();
    else if (isNearStart && hasPrevious) fetchPrevious();
    else if (isNearEnd && hasNext) fetchNext();
  });

  return virtualizer;
}

/** Where the list begins in the page, and how much of the window what sticks above it covers, in pixels. */
function useListPlace(list: RefObject<HTMLElement | null>) {
  const [place, setPlace] = useState({ top: 0, covered: 0 });
  // Whatever above the list changes its height changes the page's as well, and the page can be observed.
  useEffect(() => {
    const measure = () => {
      if (!list.current) return;
      const top = Math.round(list.current.getBoundingClientRect().top + scrollY);
      const head = list.current.parentElement?.querySelector<HTMLElement>("[data-list-head]");
      const covered = head ? coveredBy(head) : 0;
      setPlace((before) => (before.top === top && before.covered === covered ? before : { top, covered }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    const head = list.current?.parentElement?.querySelector("[data-list-head]");
    if (head) observer.observe(head);
    return () => observer.disconnect();
  }, [list]);
  return place;
}

/** On a phone the list's head scrolls away, and only the bar above it stays. */
function coveredBy(head: HTMLElement): number {
  const { position, top } = getComputedStyle(head);
  return parseFloat(top) + (position === "sticky" ? head.offsetHeight : 0);
}
