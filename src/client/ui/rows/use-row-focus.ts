import { type FocusEvent, type MouseEvent, useLayoutEffect, useRef, useState } from "react";
import { type ActiveRowIdAndIndex, type LoadedRowRange, getActiveRowIndex } from "./active-row.ts";

const LINK = "[data-row-link]";
const MENU = 'button[aria-haspopup="menu"]';

/** Time after the menu key, in milliseconds, within which a `contextmenu` event is attributed to that key. */
const CONTEXT_MENU_MS = 500;

/** The focus stays on its row, or moves to the row that takes a deleted row's place. */
export function useRowFocus(loaded: LoadedRowRange, start?: ActiveRowIdAndIndex) {
  const list = useRef<HTMLUListElement>(null);
  const [active, setActive] = useState(start);
  const activeIndex = getActiveRowIndex(loaded, active);
  const wantsFocus = useRef(false);
  const hadFocus = useRef(false);
  const returnToLink = useRef(false);
  const menuKeyAt = useRef(0);

  const findInActiveRow = (selector: string) =>
    list.current?.querySelector<HTMLElement>(`[data-active] ${selector}`);

  // Runs after every render, because the active row may be mounted only by a later render.
  useLayoutEffect(() => {
    const isLost = hadFocus.current && document.activeElement === document.body;
    if (!wantsFocus.current && !isLost) return;
    const link = findInActiveRow(LINK);
    if (!link) return;
    wantsFocus.current = false;
    link.focus({ preventScroll: true });
  });

  return {
    list,
    activeIndex,
    /** Focuses a loaded row as soon as the row is mounted; the caller scrolls to it. */
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

    /** Prevents the browser's context menu, because the key that opens the row's menu also triggers `contextmenu`. */
    onContextMenu: (event: MouseEvent) => {
      if (performance.now() - menuKeyAt.current < CONTEXT_MENU_MS) event.preventDefault();
    },

    onFocus: (event: FocusEvent<HTMLElement>) => {
      const row = event.target.closest<HTMLElement>("[data-row-id]");
      if (!row) return;
      hadFocus.current = true;
      setActive({ id: row.dataset["rowId"] ?? "", index: Number(row.dataset["row"]) });
      // Moves the focus from the menu button to the row's link, where it was when a key opened the menu.
      if (!returnToLink.current || !event.target.matches(MENU)) return;
      returnToLink.current = false;
      row.querySelector<HTMLElement>(LINK)?.focus({ preventScroll: true });
    },

    onBlur: (event: FocusEvent<HTMLElement>) => {
      // Ignores the blur that removing the focused row triggers, because the focus must then move to another row.
      if (event.target.isConnected) hadFocus.current = false;
    },
  };
}

export type RowFocusControls = ReturnType<typeof useRowFocus>;
