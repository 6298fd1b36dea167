import { useRef } from "react";
import type { RowShortcutActions } from "./row-keys.ts";
import { useVirtualRowWindow } from "./row-window.ts";
import { useRowFocus } from "./use-row-focus.ts";
import { useFixedRows } from "./use-fixed-rows.ts";

interface RowScrollerInput<Row> {
  readonly rows: readonly Row[];
  /** Height of every row, in CSS pixels. */
  readonly rowHeight: number;
  readonly startAt?: string | undefined;
  readonly hasMenus?: boolean | undefined;
  readonly actionsOf?: ((row: Row) => RowShortcutActions) | undefined;
}

export function useFocusableRows<Row extends { readonly id: string }>(input: RowScrollerInput<Row>) {
  const { rows, rowHeight, startAt, hasMenus = false, actionsOf } = input;
  const scroller = useRef<HTMLDivElement>(null);
  const loaded = { before: 0, rows };
  const focus = useRowFocus(loaded, startAt === undefined ? undefined : { id: startAt, index: 0 });
  const placement = useFixedRows({
    scroller,
    count: rows.length,
    rowHeight,
    keep: [focus.activeIndex],
    initialTop: Math.max(0, (focus.activeIndex - 3) * rowHeight),
  });
  const activeRow = rows[focus.activeIndex];
  const actions = activeRow && actionsOf?.(activeRow);
  return { scroller, ...useVirtualRowWindow(loaded, focus, placement, { hasMenus, actions }) };
}
