import { beforeEach, expect, it, vi } from "vitest";
import { RefreshThrottle } from "./refresh-throttle.ts";

let isHidden = false;
let show = () => {};
const visibility = {
  isHidden: () => isHidden,
  subscribe: (listener: () => void) => {
    show = () => {
      isHidden = false;
      listener();
    };
    return () => (show = () => {});
  },
};

beforeEach(() => {
  isHidden = false;
  vi.useFakeTimers();
});

it("the throttle refreshes on the first request, and once more for all further requests within a second", async () => {
  const refresh = vi.fn(() => Promise.resolve());
  const throttle = new RefreshThrottle(refresh, visibility);
  throttle.ask();
  expect(refresh).toHaveBeenCalledTimes(1);
  for (let count = 0; count < 9; count += 1) {
    await vi.advanceTimersByTimeAsync(100);
    throttle.ask();
  }
  expect(refresh).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(refresh).toHaveBeenCalledTimes(2);
});

it("the throttle never runs two refreshes at the same time, and refreshes again if one is requested meanwhile", async () => {
  const ends: (() => void)[] = [];
  const refresh = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
  const throttle = new RefreshThrottle(refresh, visibility);
  throttle.ask();
  throttle.ask();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(refresh).toHaveBeenCalledTimes(1);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(refresh).toHaveBeenCalledTimes(2);
});

it("the throttle continues after a failed refresh", async () => {
  const refresh = vi.fn(() => Promise.reject(new Error("no")));
  const throttle = new RefreshThrottle(refresh, visibility);
  throttle.ask();
  throttle.ask();
  await vi.advanceTimersByTimeAsync(1000);
  expect(refresh).toHaveBeenCalledTimes(2);
});

it("the throttle waits while the tab is hidden, and then refreshes once", async () => {
  const refresh = vi.fn(() => Promise.resolve());
  const throttle = new RefreshThrottle(refresh, visibility);
  isHidden = true;
  for (let count = 0; count < 5; count += 1) {
    throttle.ask();
    await vi.advanceTimersByTimeAsync(5000);
  }
  expect(refresh).not.toHaveBeenCalled();
  show();
  await vi.advanceTimersByTimeAsync(5000);
  expect(refresh).toHaveBeenCalledTimes(1);
});

it("a stopped throttle runs no pending refresh", async () => {
  const refresh = vi.fn(() => Promise.resolve());
  const throttle = new RefreshThrottle(refresh, visibility);
  throttle.ask();
  throttle.ask();
  throttle.stop();
  await vi.advanceTimersByTimeAsync(5000);
  show();
  expect(refresh).toHaveBeenCalledTimes(1);
});
