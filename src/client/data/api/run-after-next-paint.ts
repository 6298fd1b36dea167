/** A hidden page paints no frames, but its work has to go on. */
const PATIENCE_MS = 100;

/** What the next frame is requested for. */
let waiting: Set<() => void> | undefined;

/** Runs once the browser has painted the current changes. Returns a function that cancels. */
export function runAfterNextPaint(run: () => void): () => void {
  const runs = (waiting ??= requestFrame());
  runs.add(run);
  return () => runs.delete(run);
}

/** One frame and one timer for all that waits: each costs the key that is being handled. */
function requestFrame(): Set<() => void> {
  const runs = new Set<() => void>();
  let timer = setTimeout(finish, PATIENCE_MS);
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    close();
    timer = setTimeout(finish);
  });
  function close() {
    if (waiting === runs) waiting = undefined;
  }
  function finish() {
    cancelAnimationFrame(frame);
    close();
    for (const run of runs) {
      try {
        run();
      } catch (error) {
        reportError(error);
      }
    }
  }
  return runs;
}
