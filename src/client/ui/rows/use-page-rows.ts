import { useState, useSyncExternalStore } from "react";
import { insertActiveRowIndex } from "./active-row.ts";
import type { RowVirtualizer } from "./row-window.ts";

interface PageRowsInput {
  readonly count: number;
  /** Height of every row, in CSS pixels. */
  readonly rowHeight: number;
  /** Offset of the first row in the page. */
  readonly scrollMargin: number;
  /** Heights that sticky elements cover above and below the rows. */
  readonly covered: number;
  readonly coveredBelow: number;
  /** A row that stays mounted because it has the focus; negative for none. */
  readonly keep: number;
}

const OVERSCAN = 8;

/** What is in sight of the page. Kept, because reading it after a render would force a layout. */
const view = { top: 0, height: 0 };

function readView(): void {
  view.top = scrollY;
  view.height = innerHeight;
}

function subscribe(onChange: () => void): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  const update = () => {
    readView();
    onChange();
  };
  addEventListener("scroll", update, { passive: true, signal });
  addEventListener("resize", update, { signal });
  update();
  return () => controller.abort();
}

/**
 * Virtualizes rows of one height that scroll with the page. Lists elsewhere use the library (`use-virtual-rows.ts`),
 * which would be a sixteenth of the code before the first row.
 */
export function usePageRows({
  count,
  rowHeight,
  scrollMargin,
  covered,
  coveredBelow,
  keep,
}: PageRowsInput): RowVirtualizer {
  useState(readView);
  const rowAt = (offset: number) =>
    Math.max(0, Math.min(count - 1, Math.floor((offset - scrollMargin) / rowHeight)));
  // Numbers, so that a scroll within the same rows renders nothing.
  const startIndex = useSyncExternalStore(subscribe, () => rowAt(view.top));
  const endIndex = useSyncExternalStore(subscribe, () => rowAt(view.top + view.height - 1));

  const listIndexes = (): readonly number[] => {
    if (count === 0) return [];
    const first = Math.max(0, startIndex - OVERSCAN);
    const last = Math.min(count - 1, endIndex + OVERSCAN);
    const indexes = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    return keep < count ? insertActiveRowIndex(indexes, keep) : indexes;
  };
  return {
    range: count > 0 ? { startIndex, endIndex } : null,
    options: { scrollMargin },
    getVirtualItems: () =>
      listIndexes().map((index) => ({ index, start: scrollMargin + index * rowHeight, size: rowHeight })),
    getTotalSize: () => count * rowHeight,
    scrollToIndex: (index) => {
      const start = scrollMargin + index * rowHeight;
      const below = start + rowHeight + coveredBelow - innerHeight;
      if (below >= scrollY) scrollTo({ top: below });
      else if (start - covered <= scrollY) scrollTo({ top: start - covered });
    },
  };
}
