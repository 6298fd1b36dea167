/**
 * User input after which the list no longer scrolls back to the stored position, so that it does not work against the
 * user.
 */
const ENDING_EVENTS = ["wheel", "touchmove", "pointerdown", "keydown", "focusin"] as const;

/**
 * Returns a ref callback for the content of a scroller. Restores the scroll position of the key on mount, and stores it
 * on unmount.
 */
export function createScrollPositionRestoringRef<Key>(positions: Map<Key, number>, key: Key) {
  return (content: HTMLElement | null) => {
    const scroller = content && findScroller(content);
    if (!scroller) return;
    const wanted = positions.get(key) ?? 0;
    const restoring = new AbortController();
    const { signal } = restoring;
    const restore = () => {
      scroller.scrollTop = wanted;
      if (Math.abs(scroller.scrollTop - wanted) <= 1) restoring.abort();
    };
    restore();
    if (!signal.aborted) {
      // Tries again when the content grows: lazily loaded fields and code editors get their height after mount.
      const observer = new ResizeObserver(restore);
      observer.observe(content);
      signal.addEventListener("abort", () => observer.disconnect());
      for (const type of ENDING_EVENTS)
        scroller.addEventListener(type, () => restoring.abort(), { signal, passive: true });
    }
    return () => {
      positions.set(key, signal.aborted ? scroller.scrollTop : wanted);
      restoring.abort();
    };
  };
}

function findScroller(content: HTMLElement): HTMLElement | undefined {
  for (let element = content.parentElement; element; element = element.parentElement) {
    if (getComputedStyle(element).overflowY === "auto") return element;
  }
  return undefined;
}
