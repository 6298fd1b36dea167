import { type RefObject, useLayoutEffect, useRef } from "react";

/**
 * For a place whose buttons change with what was pressed: a removed one tells of no blur, and another in `element` has the
 * focus then. Spread what is returned onto the element.
 */
export function useFocusKept(element: RefObject<HTMLElement | null>) {
  const had = useRef(false);
  useLayoutEffect(() => {
    if (had.current && document.activeElement === document.body)
      element.current?.querySelector("button")?.focus();
  });
  return { onFocus: () => void (had.current = true), onBlur: () => void (had.current = false) };
}
