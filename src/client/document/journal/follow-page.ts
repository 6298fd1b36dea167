/** What may be the last that a page hears. */
export interface PageLife {
  /** Out of sight, or going: nothing may come after it. */
  readonly onHide: () => void;
  /** Kept by the browser for a way back, perhaps never to wake. */
  readonly onSleep: () => void;
  readonly onWake: () => void;
}

/** Tells of the page's life until the returned function is called. */
export function followPage({ onHide, onSleep, onWake }: PageLife): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  document.addEventListener("visibilitychange", () => document.hidden && onHide(), { signal });
  addEventListener(
    "pagehide",
    ({ persisted }) => {
      onHide();
      if (persisted) onSleep();
    },
    { signal },
  );
  addEventListener("pageshow", ({ persisted }) => persisted && onWake(), { signal });
  return () => listening.abort();
}
