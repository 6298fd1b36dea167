/** A press that has not ended after so many milliseconds, as where it was let go outside of the window, holds nothing up. */
const PATIENCE_MS = 1000;

let isPressed = false;
const waiting = new Set<() => void>();

/**
 * Runs what moves things on the page while nothing is pressed: at once, or else behind the click that the press at hand is
 * going to be. What moves away from under a button or a finger that is down takes the click with it. Returns what takes
 * the call back.
 */
export function runUnpressed(run: () => void): () => void {
  if (!isPressed) {
    run();
    return () => {};
  }
  const stop = () => {
    clearTimeout(timer);
    waiting.delete(go);
  };
  const go = () => {
    stop();
    run();
  };
  const timer = setTimeout(go, PATIENCE_MS);
  waiting.add(go);
  return stop;
}

function press(): void {
  isPressed = true;
}

function release(): void {
  isPressed = false;
  // The click is told right after the release.
  setTimeout(() => {
    for (const go of waiting) go();
  });
}

if (typeof window !== "undefined") {
  addEventListener("pointerdown", press, { capture: true, passive: true });
  for (const type of ["pointerup", "pointercancel"])
    addEventListener(type, release, { capture: true, passive: true });
}
