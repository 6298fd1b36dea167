import { type FocusEvent, type MouseEvent, type RefObject, useLayoutEffect, useRef, useState } from "react";
import { type ActiveRow, type LoadedRows, findActiveIndex } from "./active-row.ts";

const LINK = "[data-row-link]";
const MENU = 'button[aria-haspopup="menu"]';

/** A context menu that follows its key by more than this, in milliseconds, is another one. */
const CONTEXT_MENU_MS = 500;

/**
 * One row takes part in the Tab order, and the focus stays with what its row shows when rows come, go and scroll away. What
 * disappears hands the focus to the row that takes its place. Rows are elements with `data-row` and `data-row-id`, the one
 * at `activeIndex` with `data-active`; the control that stands for a row is marked by `data-row-link`.
 */
export function useRowFocus(loaded: LoadedRows, list: RefObject<HTMLElement | null>, start?: ActiveRow) {
  const [active, setActive] = useState(start);
  const activeIndex = findActiveIndex(loaded, active);
  const wantsFocus = useRef(false);
  const hadFocus = useRef(false);
  const returnToLink = useRef(false);
  const menuKeyAt = useRef(0);

  const findInActiveRow = (selector: string) =>
    list.current?.querySelector<HTMLElement>(`[data-active] ${selector}`);

  // The row is in the page only once it has been rendered as the active one.
  useLayoutEffect(() => {
    const isLost = hadFocus.current && document.activeElement === document.body;
    if (!wantsFocus.current && !isLost) return;
    const link = findInActiveRow(LINK);
    if (!link) return;
    wantsFocus.current = false;
    link.focus({ preventScroll: true });
  });

  return {
    activeIndex,
    /** Gives the focus to a loaded row, as soon as it is in the page; bringing it into sight is the caller's. */
    focusRow: (index: number) => {
      const row = loaded.rows[index - loaded.before];
      if (!row) return;
      setActive({ id: row.id, index });
      wantsFocus.current = true;
    },

    openMenu: () => {
      menuKeyAt.current = performance.now();
      returnToLink.current = true;
      findInActiveRow(MENU)?.click();
    },

    /** The key that opened our menu would open the browser's as well. */
    onContextMenu: (event: MouseEvent) => {
      if (performance.now() - menuKeyAt.current < CONTEXT_MENU_MS) event.preventDefault();
    },

    onFocus: (event: FocusEvent<HTMLElement>) => {
      const row = event.target.closest<HTMLElement>("[data-row-id]");
      if (!row) return;
      hadFocus.current = true;
      setActive({ id: row.dataset["rowId"] ?? "", index: Number(row.dataset["row"]) });
      // A menu opened by a key of the row gives the focus back to its button; the person was on the row.
      if (!returnToLink.current || !event.target.matches(MENU)) return;
      returnToLink.current = false;
      row.querySelector<HTMLElement>(LINK)?.focus({ preventScroll: true });
    },

    onBlur: (event: FocusEvent<HTMLElement>) => {
      // A row that is taken out of the page loses the focus too, but nobody took it away.
      if (event.target.isConnected) hadFocus.current = false;
    },
  };
}
