const PATIENCE_MS = 2000;

export function runWhenBrowserIdle(run: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: PATIENCE_MS });
  else setTimeout(run, PATIENCE_MS / 4);
}

interface Connection {
  readonly saveData?: boolean;
  readonly effectiveType?: string;
}

/** For code that the user may need next. Loads nothing where data is saved or the connection is slow. */
export function preloadWhenIdle(preload: () => unknown): void {
  const { connection } = navigator as { readonly connection?: Connection };
  if (connection?.saveData !== true && connection?.effectiveType?.endsWith("2g") !== true)
    runWhenBrowserIdle(preload);
}
