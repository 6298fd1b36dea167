import { createTypeId } from "#core/document/type-id.ts";

/**
 * Returns an id that sorts by creation time. Does not use `crypto.randomUUID`, which browsers provide only in secure
 * contexts.
 */
export function createSortableId(prefix: string): string {
  return createTypeId(prefix, Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}

/** Returns undefined if the browser blocks `BroadcastChannel`, for example together with all site data. */
export function openBroadcastChannel(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name);
  } catch {
    return undefined;
  }
}

const PATIENCE_MS = 2000;

export function runWhenBrowserIdle(run: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: PATIENCE_MS });
  else setTimeout(run, PATIENCE_MS / 4);
}
