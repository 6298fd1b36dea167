import { useSyncExternalStore } from "react";

const minuteMs = 60_000;

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** Returns the current time in milliseconds, updated once a minute. All components share one timer. */
export function useMinuteClock(): number {
  return useSyncExternalStore(subscribe, () => now);
}

function subscribe(onTick: () => void) {
  listeners.add(onTick);
  if (listeners.size === 1) start();
  return () => {
    listeners.delete(onTick);
    if (listeners.size === 0) stop();
  };
}

function start() {
  now = Date.now();
  timer = setInterval(tick, minuteMs);
  // Browsers throttle timers in background tabs, so the time is also updated when the tab becomes visible.
  document.addEventListener("visibilitychange", tick);
}

function stop() {
  clearInterval(timer);
  document.removeEventListener("visibilitychange", tick);
}

function tick() {
  now = Date.now();
  for (const listener of listeners) listener();
}
