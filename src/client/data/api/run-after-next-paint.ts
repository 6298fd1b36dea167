/** A hidden page paints no frames, but its work has to go on. */
const PATIENCE_MS = 100;

const waiting = new Set<() => void>();

/** Runs once the browser has painted the current changes. Returns a function that cancels. */
export function runAfterNextPaint(run: () => void): () => void {
  if (waiting.size === 0) runWaitingAfterNextPaint();
  waiting.add(run);
  return () => waiting.delete(run);
}

/** One frame and one timer for all that waits: each costs the key that is being handled. */
function runWaitingAfterNextPaint(): void {
  let timer = setTimeout(finish, PATIENCE_MS);
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    timer = setTimeout(finish);
  });
  function finish() {
    cancelAnimationFrame(frame);
    const runs = [...waiting];
    waiting.clear();
    for (const run of runs) run();
  }
}
