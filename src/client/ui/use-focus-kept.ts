import { type RefObject, useLayoutEffect, useRef } from "react";

/** What there is to press in a place, else its heading. */
export function findKept(element: HTMLElement | null): HTMLElement | null {
  return element?.querySelector<HTMLElement>("button") ?? element?.querySelector<HTMLElement>("h2") ?? null;
}

/**
 * For a place whose buttons change with what was pressed: a removed one tells of no blur, and another in `element` has the
 * focus then. Spread what is returned onto the element.
 */
export function useFocusKept(element: RefObject<HTMLElement | null>) {
  const had = useRef(false);
  useLayoutEffect(() => {
    if (had.current && document.activeElement === document.body) findKept(element.current)?.focus();
  });
  return { onFocus: () => void (had.current = true), onBlur: () => void (had.current = false) };
}
