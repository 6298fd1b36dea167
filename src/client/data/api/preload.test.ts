import { beforeEach, expect, test, vi } from "vitest";
import { preloadOnFirstUse, preloadWhenIdle } from "./preload.ts";

const page = new EventTarget();
const preload = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  preload.mockReset();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("requestIdleCallback", (run: () => void) => run());
});

test("code is preloaded once, each part in idle time after the first sign of use, unless that is cancelled", () => {
  const callbacks: (() => void)[] = [];
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("requestIdleCallback", (run: () => void) => callbacks.push(run));
  preloadOnFirstUse(preload, preload);
  preloadOnFirstUse(preload)();
  page.dispatchEvent(new Event("pointermove"));
  page.dispatchEvent(new Event("keydown"));
  expect(preload).not.toHaveBeenCalled();
  expect(callbacks).toHaveLength(2);
  for (const run of callbacks) run();
  expect(preload).toHaveBeenCalledTimes(2);
});

test("code is preloaded in idle time, but not before the first paint", () => {
  vi.stubGlobal("navigator", {});
  preloadWhenIdle(preload);
  expect(preload).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(preload).toHaveBeenCalledTimes(1);
});

test.each([{ saveData: true }, { effectiveType: "slow-2g" }])(
  "nothing is preloaded with %j",
  (connection) => {
    vi.stubGlobal("navigator", { connection });
    preloadWhenIdle(preload);
    preloadOnFirstUse(preload);
    page.dispatchEvent(new Event("pointermove"));
    vi.runAllTimers();
    expect(preload).not.toHaveBeenCalled();
  },
);
