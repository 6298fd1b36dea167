import { type RefObject, useEffect } from "react";

/**
 * Marks the insert button that is shown, and its row. Set without React, so that a move of the mouse renders no row,
 * and without `:has()`, for which each insertion into a row would restyle the row.
 */
const [NEAREST, INSERTING] = ["data-nearest", "data-inserting"];

/** Shows only the insert button that is nearest to the mouse while the mouse is over the list, and none during a drag. */
export function useNearestInsertButton(scroller: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const list = scroller.current;
    if (!list) return;
    let shown: Element | undefined;
    // Kept, because a button that was removed has no parent.
    let row: Element | null | undefined;
    const hide = () => {
      shown?.removeAttribute(NEAREST);
      row?.removeAttribute(INSERTING);
    };
    const show = ({ clientX, clientY, pointerType, buttons }: PointerEvent) => {
      hide();
      const isHovering = pointerType === "mouse" && buttons === 0;
      shown = isHovering ? findNearest(list, clientX, clientY) : undefined;
      row = shown?.parentElement;
      shown?.setAttribute(NEAREST, "");
      row?.setAttribute(INSERTING, "");
    };
    list.addEventListener("pointermove", show, { passive: true });
    list.addEventListener("pointerleave", hide);
    return () => {
      hide();
      list.removeEventListener("pointermove", show);
      list.removeEventListener("pointerleave", hide);
    };
  }, [scroller]);
}

/** The greatest vertical distance in CSS pixels, half of a row: below the last row, no button is shown. */
const MAX_DISTANCE_PX = 30;

/** Finds the nearest button by height; of those at the same height, by side. */
function findNearest(list: HTMLElement, clientX: number, clientY: number): Element | undefined {
  let nearest: Element | undefined;
  let least = [MAX_DISTANCE_PX, 0] as readonly [below: number, beside: number];
  for (const button of list.querySelectorAll("[data-insert]")) {
    const { x, y, width, height } = button.getBoundingClientRect();
    const [below, beside] = [Math.abs(y + height / 2 - clientY), Math.abs(x + width / 2 - clientX)];
    if (below > least[0] || (below === least[0] && beside >= least[1])) continue;
    nearest = button;
    least = [below, beside];
  }
  return nearest;
}
