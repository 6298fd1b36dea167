import {
  type RefObject,
  useCallback,
  useDeferredValue,
  useLayoutEffect,
  useState,
  useSyncExternalStore,
} from "react";
import { insertActiveRowIndex } from "./active-row.ts";
import type { RowPlacement } from "./row-window.ts";

interface FixedRowsInput {
  /** The element that scrolls the rows. Undefined: they scroll with the page. */
  readonly scroller?: RefObject<HTMLElement | null>;
  readonly count: number;
  /** Height of every row, in CSS pixels. */
  readonly rowHeight: number;
  /** Offset of the first row in the scrolled content, in CSS pixels. */
  readonly scrollMargin?: number;
  /** Heights that sticky elements cover above and below the rows, in CSS pixels. */
  readonly covered?: number;
  readonly coveredBelow?: number;
  /** Rows that stay mounted because they have the focus or are dragged. Negative indexes are ignored. */
  readonly keep: readonly number[];
  /** Rows that are mounted above and below those in sight; one in the first render. */
  readonly overscan?: number;
  /**
   * The part of `scroller` in sight at first, in CSS pixels: the offset, to which it scrolls, and the height. Read once,
   * because reading a height computes the pending layout.
   */
  readonly initialTop?: number;
  readonly initialHeight?: () => number;
}

/** The part in sight, in CSS pixels. Kept, because reading it after a render would force a layout. */
interface View {
  top: number;
  height: number;
}

const page: View = { top: 0, height: 0 };

function readPage(): View {
  page.top = scrollY;
  page.height = innerHeight;
  return page;
}

function subscribeToPage(onChange: () => void): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  const update = () => {
    readPage();
    onChange();
  };
  addEventListener("scroll", update, { passive: true, signal });
  addEventListener("resize", update, { signal });
  update();
  return () => controller.abort();
}

function subscribeToElement(element: HTMLElement, view: View, onChange: () => void): () => void {
  const update = () => {
    view.top = element.scrollTop;
    view.height = element.clientHeight;
    onChange();
  };
  // Also calls once at the start, when the layout is known.
  const observer = new ResizeObserver(update);
  observer.observe(element);
  element.addEventListener("scroll", update, { passive: true });
  return () => {
    observer.disconnect();
    element.removeEventListener("scroll", update);
  };
}

/** Virtualizes rows of one height, which need no measuring and so no library. */
export function useFixedRows({
  scroller,
  count,
  rowHeight,
  scrollMargin = 0,
  covered = 0,
  coveredBelow = 0,
  keep,
  overscan = 8,
  initialTop = 0,
  initialHeight,
}: FixedRowsInput): RowPlacement {
  const [view] = useState(() =>
    scroller ? { top: initialTop, height: initialHeight?.() ?? innerHeight } : readPage(),
  );
  const subscribe = useCallback(
    (onChange: () => void) => {
      if (!scroller) return subscribeToPage(onChange);
      return scroller.current ? subscribeToElement(scroller.current, view, onChange) : () => {};
    },
    [scroller, view],
  );
  const rowAt = (offset: number) =>
    Math.max(0, Math.min(count - 1, Math.floor((offset - scrollMargin) / rowHeight)));
  // Numbers, so that a scroll within the same rows renders nothing.
  const startIndex = useSyncExternalStore(subscribe, () => rowAt(view.top));
  const endIndex = useSyncExternalStore(subscribe, () => rowAt(view.top + view.height - 1));

  useLayoutEffect(() => {
    if (view.top > 0) scroller?.current?.scrollTo({ top: view.top });
  }, [scroller, view]);

  // The first rows show before those beyond the edges are rendered.
  const beyond = useDeferredValue(overscan, 1);
  // The last rows of a first view that was too high stay mounted: they are within the overscan of the real view.
  const [firstEnd] = useState(endIndex);
  const end = beyond === overscan ? endIndex : Math.max(endIndex, firstEnd);
  const listIndexes = (): readonly number[] => {
    if (count === 0) return [];
    const first = Math.max(0, startIndex - beyond);
    const last = Math.min(count - 1, end + beyond);
    const indexes = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    return keep.filter((index) => index < count).reduce(insertActiveRowIndex, indexes);
  };
  return {
    range: count > 0 ? { startIndex, endIndex } : undefined,
    scrollMargin,
    items: listIndexes().map((index) => ({
      index,
      start: scrollMargin + index * rowHeight,
      size: rowHeight,
    })),
    height: count * rowHeight,
    scrollToIndex: (index) => {
      const { top, height } = scroller?.current
        ? { top: scroller.current.scrollTop, height: scroller.current.clientHeight }
        : readPage();
      const start = scrollMargin + index * rowHeight;
      const below = start + rowHeight + coveredBelow - height;
      const wanted = below >= top ? below : Math.min(top, start - covered);
      if (wanted !== top) (scroller?.current ?? window).scrollTo({ top: wanted });
    },
  };
}
