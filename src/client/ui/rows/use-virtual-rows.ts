import { type VirtualizerOptions, useVirtualizer } from "@tanstack/react-virtual";
import type { RefObject } from "react";
import { useRowVirtualizerOptions } from "./row-window.ts";

type Details = VirtualizerOptions<HTMLElement, HTMLElement>;

interface VirtualRowsInput {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly count: number;
  readonly rowHeight: number;
  readonly keep?: readonly number[];
  readonly overscan?: number;
  /** If false, React schedules the rendering of a scroll, which may leave a frame without rows. */
  readonly useFlushSync?: boolean;
  readonly scrollMargin?: number;
  readonly initialOffset?: number;
  readonly initialRect?: Details["initialRect"];
  readonly estimateSize?: Details["estimateSize"];
  readonly getItemKey?: Details["getItemKey"];
}

export function useVirtualRows({ scroller, rowHeight, keep, overscan, ...details }: VirtualRowsInput) {
  const options = useRowVirtualizerOptions({
    rowHeight,
    ...(keep && { keep }),
    ...(overscan !== undefined && { overscan }),
  });
  return useVirtualizer<HTMLElement, HTMLElement>({
    getScrollElement: () => scroller.current,
    ...options,
    ...details,
  });
}
