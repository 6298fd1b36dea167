import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef } from "react";

/** Ref callback for an element that replaces the removed one that had the focus. */
export function focusElementIfFocusWasLost(element: HTMLElement | null): void {
  if (document.activeElement === document.body) element?.focus();
}

export function findFirstButtonOrHeading(element: HTMLElement | null): HTMLElement | null {
  return element?.querySelector<HTMLElement>("button") ?? element?.querySelector<HTMLElement>("h2") ?? null;
}

/** For a section whose focused button may be removed, which moves the focus to the body without a blur event. */
export function useKeepFocusWithin(element: RefObject<HTMLElement | null>) {
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    if (hadFocus.current && document.activeElement === document.body)
      findFirstButtonOrHeading(element.current)?.focus();
  });
  return { onFocus: () => void (hadFocus.current = true), onBlur: () => void (hadFocus.current = false) };
}

/** Focuses the element once the list `isLoaded`, unless the user has moved the focus meanwhile. */
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
