import type { RefObject } from "react";
import type { StepListHandle } from "#client/editor/session/editor-session.ts";
import { LIST_TOP_PADDING_PX } from "./row-geometry.ts";

type ViewportAccess = Pick<StepListHandle, "readViewport" | "subscribeToViewport" | "scrollToRowOffset">;

/** Gives other parts of the editor access to the scroll position, in rows instead of pixels. */
export function createStepListViewportAccess(
  scroller: RefObject<HTMLElement | null>,
  rowHeight: number,
): ViewportAccess {
  return {
    readViewport: () =>
      scroller.current
        ? {
            firstRow: (scroller.current.scrollTop - LIST_TOP_PADDING_PX) / rowHeight,
            rowCount: scroller.current.clientHeight / rowHeight,
          }
        : undefined,
    subscribeToViewport: (listener) => {
      const element = scroller.current;
      if (!element) return () => {};
      const observer = new ResizeObserver(listener);
      observer.observe(element);
      element.addEventListener("scroll", listener, { passive: true });
      return () => {
        observer.disconnect();
        element.removeEventListener("scroll", listener);
      };
    },
    scrollToRowOffset: (row) => {
      if (scroller.current) scroller.current.scrollTop = LIST_TOP_PADDING_PX + row * rowHeight;
    },
  };
}
