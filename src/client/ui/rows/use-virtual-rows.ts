import {
  type Range,
  type VirtualizerOptions,
  defaultRangeExtractor,
  useVirtualizer,
} from "@tanstack/react-virtual";
import { type RefObject, useCallback } from "react";
import { insertActiveRowIndex } from "./active-row.ts";

type Details = VirtualizerOptions<HTMLElement, HTMLElement>;

/** Rows that are mounted above and below those in sight. */
const OVERSCAN = 8;

interface VirtualRowsInput {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly count: number;
  /** Height of a row before it is measured, in CSS pixels. */
  readonly rowHeight: number;
  /** Rows that stay mounted because they have the focus or are dragged. Negative indexes are ignored. */
  readonly keep?: readonly number[];
  readonly overscan?: number;
  /** If false, React schedules the rendering of a scroll, which may leave a frame without rows. */
  readonly useFlushSync?: boolean;
  readonly estimateSize?: Details["estimateSize"];
  readonly getItemKey?: Details["getItemKey"];
}

/** Virtualizes rows that differ in height. Those of one height need no library: `use-fixed-rows.ts`. */
export function useVirtualRows({ scroller, rowHeight, keep = [], ...details }: VirtualRowsInput) {
  // The virtualizer measures all rows again for each new function.
  const getItemKey = useCallback((index: number) => `${index} ${rowHeight}`, [rowHeight]);
  return useVirtualizer<HTMLElement, HTMLElement>({
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey,
    overscan: OVERSCAN,
    rangeExtractor: (range: Range) =>
      keep.filter((index) => index < range.count).reduce(insertActiveRowIndex, defaultRangeExtractor(range)),
    ...details,
  });
}
