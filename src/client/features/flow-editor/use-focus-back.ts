import { type RefObject, useLayoutEffect } from "react";
import { findRestingFocus } from "./find-resting-focus.ts";

/** For what goes away with the button that was pressed in it: the focus goes back to the list before it is lost. */
export function useFocusBack(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const host = element.current;
    return () => {
      if (host?.contains(document.activeElement)) findRestingFocus()?.focus();
    };
  }, [element]);
}
