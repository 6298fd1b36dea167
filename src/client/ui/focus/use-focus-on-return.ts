import { useEffect, useEffectEvent, useRef } from "react";

/**
 * Focuses the element that `find` returns once the list that the user has returned to `isLoaded`, unless the user has
 * moved the focus meanwhile.
 */
export function useFocusOnReturn(isLoaded: boolean, find: () => HTMLElement | null | undefined): void {
  const isDone = useRef(false);
  const focusFound = useEffectEvent(() => {
    const focused = document.activeElement;
    if (focused === document.body || focused?.matches("h1")) find()?.focus();
  });
  useEffect(() => {
    if (!isLoaded || isDone.current) return;
    isDone.current = true;
    focusFound();
  }, [isLoaded]);
}
