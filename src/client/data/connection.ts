import { useSyncExternalStore } from "react";
import { NetworkError } from "./api-error.ts";

const FIRST_PROBE_MS = 1000;
const LAST_PROBE_MS = 30_000;

/**
 * Whether the server can be reached. The browser's own flag means nothing, since the server is often on this very
 * machine: offline is a request that failed and a probe of `/healthz` that failed too. The probe then backs off from
 * one second to thirty until it is answered; the browser's `online` event and a visible tab ask at once.
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

  /** Told of every request's end: `error` undefined for an answer, of whatever status. */
  report(error: unknown): void {
    if (error instanceof NetworkError) void this.probe(FIRST_PROBE_MS);
    else this.#set(false);
  }

  async probe(nextDelay = FIRST_PROBE_MS): Promise<void> {
    if (this.#probing) return;
    this.#probing = true;
    clearTimeout(this.#timer);
    const isThere = await fetch("/healthz", { cache: "no-store" }).then(
      (response) => response.ok,
      () => false,
    );
    this.#probing = false;
    this.#set(!isThere);
    if (!isThere)
      this.#timer = setTimeout(() => void this.probe(Math.min(nextDelay * 2, LAST_PROBE_MS)), nextDelay);
  }

  #set(isOffline: boolean): void {
    if (!isOffline) clearTimeout(this.#timer);
    if (this.#isOffline === isOffline) return;
    this.#isOffline = isOffline;
    for (const listener of this.#listeners) listener();
  }
}

export const connection = new Connection();

addEventListener("online", () => void connection.probe());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && connection.isOffline()) void connection.probe();
});

export function useIsOffline(): boolean {
  return useSyncExternalStore(connection.subscribe, connection.isOffline);
}
