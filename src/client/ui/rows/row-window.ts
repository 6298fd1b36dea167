import type { FocusEvent, KeyboardEvent, MouseEvent, RefObject } from "react";
import type { LoadedRowRange } from "./active-row.ts";
import { type RowShortcutActions, handleListRowKeyDown } from "./row-keys.ts";
import type { RowFocusControls } from "./use-row-focus.ts";

export interface PlacedRow {
  readonly index: number;
  /** Offset in the scrolled content, in CSS pixels. */
  readonly start: number;
  readonly size: number;
}

/** Which rows of a list are mounted, and where. */
export interface RowPlacement {
  /** The first and the last row in sight. Undefined without rows. */
  readonly range: { readonly startIndex: number; readonly endIndex: number } | undefined;
  readonly items: readonly PlacedRow[];
  readonly height: number;
  /** Distance from the top of the scrolled content to the list, in CSS pixels; included in the offsets of `items`. */
  readonly scrollMargin: number;
  /** Scrolls the least distance that brings the row into sight. */
  readonly scrollToIndex: (index: number) => void;
}

export interface VirtualRowWindow extends Pick<RowPlacement, "items" | "height" | "scrollMargin"> {
  readonly list: RefObject<HTMLUListElement | null>;
  readonly activeIndex: number;
  readonly listeners: {
    readonly onFocus: (event: FocusEvent<HTMLElement>) => void;
    readonly onBlur: (event: FocusEvent<HTMLElement>) => void;
    readonly onContextMenu: (event: MouseEvent) => void;
    readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  };
}

interface RowKeyboardOptions {
  readonly goToTop?: () => void;
  readonly hasMenus: boolean;
  readonly actions?: RowShortcutActions | undefined;
  /** Called before the default key handling; returns whether it handled the key. */
  readonly onKey?: ((event: KeyboardEvent<HTMLElement>) => boolean) | undefined;
  readonly onFocus?: (() => void) | undefined;
}

export function useVirtualRowWindow(
  { before, rows }: LoadedRowRange,
  focus: RowFocusControls,
  placement: RowPlacement,
  keys: RowKeyboardOptions,
) {
  const { activeIndex } = focus;
  const { range, items, height, scrollMargin } = placement;
  const goTo = (index: number) => {
    focus.focusRow(index);
    placement.scrollToIndex(index);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (keys.onKey?.(event)) return event.preventDefault();
    handleListRowKeyDown(event, {
      activeIndex,
      first: before,
      last: before + rows.length - 1,
      rowsInSight: range ? range.endIndex - range.startIndex : 1,
      goTo,
      goToTop: keys.goToTop ?? (() => goTo(0)),
      ...(keys.hasMenus && { openMenu: focus.openMenu }),
      ...keys.actions,
    });
  };
  const onFocus = (event: FocusEvent<HTMLElement>) => {
    focus.onFocus(event);
    keys.onFocus?.();
  };
  const { list, onBlur, onContextMenu } = focus;
  return {
    list,
    activeIndex,
    range,
    items,
    height,
    scrollMargin,
    focusRow: focus.focusRow,
    goTo,
    listeners: { onFocus, onBlur, onContextMenu, onKeyDown },
  } satisfies VirtualRowWindow & Record<string, unknown>;
}

let rootFontSizePx: number | undefined;
const forgetRootFontSize = () => (rootFontSizePx = undefined);

/** Returns one rem in pixels. Kept while the window stays as it is, because reading it computes all pending styles. */
export function getRootFontSizePx(): number {
  if (rootFontSizePx !== undefined) return rootFontSizePx;
  rootFontSizePx = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  for (const change of ["resize", "visibilitychange"])
    addEventListener(change, forgetRootFontSize, { once: true });
  return rootFontSizePx;
}
