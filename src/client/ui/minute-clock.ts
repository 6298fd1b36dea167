import { useSyncExternalStore } from "react";

const minuteMs = 60_000;

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** The time in milliseconds, new once a minute. All that show it share one timer, which stops when nobody does. */
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
  // Background tabs hold timers back; coming back shows the right time at once.
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
