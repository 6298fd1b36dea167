import { useSyncExternalStore } from "react";
import { NetworkError } from "./api-error.ts";

const FIRST_PROBE_MS = 1000;
const LAST_PROBE_MS = 30_000;

/**
 * Tracks whether the server is reachable: offline after a request and a probe of `/healthz` both fail.
 * Ignores `navigator.onLine`, which says nothing about a local server. Probes back off from 1 s to 30 s.
 */
class Connection {
  #isOffline = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #probing = false;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly isOffline = () => this.#isOffline;

  report(error: unknown): void {
    if (error instanceof NetworkError) void this.probe(FIRST_PROBE_MS);
    else this.#set(false);
  }

  async probe(nextDelay = FIRST_PROBE_MS): Promise<void> {
    if (this.#probing) return;
    this.#probing = true;
    clearTimeout(this.#timer);
    const isReachable = await fetch("/healthz", { cache: "no-store" }).then(
      (response) => response.ok,
      () => false,
    );
    this.#probing = false;
    this.#set(!isReachable);
    if (!isReachable)
      this.#timer = setTimeout(() => void this.probe(Math.min(nextDelay * 2, LAST_PROBE_MS)), nextDelay);
  }

  #set(isOffline: boolean): void {
    if (!isOffline) clearTimeout(this.#timer);
    if (this.#isOffline === isOffline) return;
    this.#isOffline = isOffline;
    for (const listener of this.#listeners) listener();
  }
}

export const serverReachabilityTracker = new Connection();

addEventListener("online", () => void serverReachabilityTracker.probe());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && serverReachabilityTracker.isOffline())
    void serverReachabilityTracker.probe();
});

export function useIsOffline(): boolean {
  return useSyncExternalStore(serverReachabilityTracker.subscribe, serverReachabilityTracker.isOffline);
}
