import { useRef } from "react";
import { useVirtualRowWindow } from "./row-window.ts";
import { useRowFocus } from "./use-row-focus.ts";
import { useVirtualRows } from "./use-virtual-rows.ts";

interface RowScrollerInput {
  readonly rows: readonly { readonly id: string }[];
  /** Height of every row, in CSS pixels. */
  readonly rowHeight: number;
  readonly startAt?: string | undefined;
  readonly hasMenus?: boolean | undefined;
}

export function useFocusableRows({ rows, rowHeight, startAt, hasMenus = false }: RowScrollerInput) {
  const scroller = useRef<HTMLDivElement>(null);
  const loaded = { before: 0, rows };
  const focus = useRowFocus(loaded, startAt === undefined ? undefined : { id: startAt, index: 0 });
  const virtualizer = useVirtualRows({
    scroller,
    count: rows.length,
    rowHeight,
    keep: [focus.activeIndex],
    initialOffset: Math.max(0, (focus.activeIndex - 3) * rowHeight),
  });
  return { scroller, ...useVirtualRowWindow(loaded, focus, virtualizer, { hasMenus }) };
}
