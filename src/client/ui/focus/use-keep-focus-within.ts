import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef } from "react";

/**
 * Ref callback: focuses the mounted element if the browser moved the focus to the body, because the focused element was
 * removed.
 */
export function focusElementIfFocusWasLost(element: HTMLElement | null): void {
  if (document.activeElement === document.body) element?.focus();
}

export function findFirstButtonOrHeading(element: HTMLElement | null): HTMLElement | null {
  return element?.querySelector<HTMLElement>("button") ?? element?.querySelector<HTMLElement>("h2") ?? null;
}

/**
 * Keeps the focus in a section whose focused button may be removed, which moves the focus to the body without a blur
 * event. Spread the returned handlers onto the section.
 */
export function useKeepFocusWithin(element: RefObject<HTMLElement | null>) {
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    if (hadFocus.current && document.activeElement === document.body)
      findFirstButtonOrHeading(element.current)?.focus();
  });
  return { onFocus: () => void (hadFocus.current = true), onBlur: () => void (hadFocus.current = false) };
}

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
