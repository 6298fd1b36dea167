import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { NetworkError } from "./api-error.ts";

const FIRST_PROBE_MS = 1000;
const LAST_PROBE_MS = 30_000;

const offlineStore = createStore(() => false);
let timer: ReturnType<typeof setTimeout> | undefined;
let isProbing = false;

/** Ignores `navigator.onLine`, which says nothing about a local server. Probes back off from 1 s to 30 s. */
export const serverReachabilityTracker = {
  subscribe: offlineStore.subscribe,
  isOffline: offlineStore.getState,
  report: (error: unknown): void => {
    if (error instanceof NetworkError) void probe();
    else setOffline(false);
  },
  probe: () => probe(),
};

async function probe(nextDelay = FIRST_PROBE_MS): Promise<void> {
  if (isProbing) return;
  isProbing = true;
  clearTimeout(timer);
  const isReachable = await fetch("/healthz", { cache: "no-store" }).then(
    (response) => response.ok,
    () => false,
  );
  isProbing = false;
  setOffline(!isReachable);
  if (!isReachable) timer = setTimeout(() => void probe(Math.min(nextDelay * 2, LAST_PROBE_MS)), nextDelay);
}

function setOffline(isOffline: boolean): void {
  if (!isOffline) clearTimeout(timer);
  offlineStore.setState(isOffline);
}

addEventListener("online", () => void probe());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && offlineStore.getState()) void probe();
});

export const useIsOffline = () => useStore(offlineStore);
