/** A hidden page paints no frames, but its work has to go on. */
const PATIENCE_MS = 100;

/** Runs once the browser has painted the current changes. Returns a function that cancels. */
export function runAfterNextPaint(run: () => void): () => void {
  let timer = setTimeout(finish, PATIENCE_MS);
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    timer = setTimeout(run);
  });
  function finish() {
    cancelAnimationFrame(frame);
    run();
  }
  return () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  };
}
