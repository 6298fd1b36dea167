import { runWhenBrowserIdle } from "./run-when-browser-idle.ts";

interface Connection {
  readonly saveData?: boolean;
  readonly effectiveType?: string;
}

/** Whether code may be loaded that the user may not need: not where data is saved or the connection is slow. */
function mayPreload(): boolean {
  const { connection } = navigator as { readonly connection?: Connection };
  return connection?.saveData !== true && connection?.effectiveType?.endsWith("2g") !== true;
}

/** A page is idle also while its first data is on the way: what is on the screen comes first. */
const FIRST_PAINT_MS = 500;

export function preloadWhenIdle(preload: () => unknown): void {
  if (mayPreload()) setTimeout(() => runWhenBrowserIdle(preload), FIRST_PAINT_MS);
}

const SIGNS_OF_USE = ["keydown", "pointerdown", "pointermove"] as const;

/**
 * Preloads once the user moves the pointer or presses a key or button. Each preload has an idle callback of its own, so that
 * no press waits for them. Returns a function that cancels the wait for the user.
 */
export function preloadOnFirstUse(...preloads: readonly (() => unknown)[]): () => void {
  const controller = new AbortController();
  const use = () => {
    controller.abort();
    for (const preload of preloads) runWhenBrowserIdle(preload);
  };
  if (mayPreload())
    for (const sign of SIGNS_OF_USE)
      addEventListener(sign, use, { capture: true, signal: controller.signal });
  return () => controller.abort();
}
