/** Maximum wait for the release of the pointer, in milliseconds: a release outside the window sends no event. */
const PATIENCE_MS = 1000;

let isPressed = false;
const waiting = new Set<() => void>();

/** Waits for the click of a pressed pointer: an element that moves during a press loses the click. */
export function runAfterPointerPress(run: () => void): () => void {
  if (!isPressed) {
    run();
    return () => {};
  }
  const stop = () => {
    clearTimeout(timer);
    waiting.delete(runAndStop);
  };
  const runAndStop = () => {
    stop();
    run();
  };
  const timer = setTimeout(runAndStop, PATIENCE_MS);
  waiting.add(runAndStop);
  return stop;
}

function press(): void {
  isPressed = true;
}

function release(): void {
  isPressed = false;
  // The browser dispatches the click after the release: the layout must not change before it.
  setTimeout(() => {
    for (const run of waiting) run();
  });
}

if (typeof window !== "undefined") {
  addEventListener("pointerdown", press, { capture: true, passive: true });
  for (const type of ["pointerup", "pointercancel"])
    addEventListener(type, release, { capture: true, passive: true });
}
