const PATIENCE_MS = 2000;

/** Runs this once the page has nothing more urgent to do, or after a while. */
export function whenIdle(run: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: PATIENCE_MS });
  else setTimeout(run, PATIENCE_MS / 4);
}
