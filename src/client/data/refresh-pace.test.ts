import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RefreshPace } from "./refresh-pace.ts";

let isHidden = false;
let show = () => {};
const sight = {
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
afterEach(() => void vi.useRealTimers());

it("refreshes at once, and of all that is asked within a second only once more", async () => {
  const refresh = vi.fn(() => Promise.resolve());
  const pace = new RefreshPace(refresh, sight);
  pace.ask();
  expect(refresh).toHaveBeenCalledTimes(1);
  for (let count = 0; count < 9; count += 1) {
    await vi.advanceTimersByTimeAsync(100);
    pace.ask();
  }
  expect(refresh).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(refresh).toHaveBeenCalledTimes(2);
});

it("never begins before the last one is done, and loses nothing that was asked meanwhile", async () => {
  const ends: (() => void)[] = [];
  const refresh = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
  const pace = new RefreshPace(refresh, sight);
  pace.ask();
  pace.ask();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(refresh).toHaveBeenCalledTimes(1);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(refresh).toHaveBeenCalledTimes(2);
});

it("goes on after a refresh that failed", async () => {
  const refresh = vi.fn(() => Promise.reject(new Error("no")));
  const pace = new RefreshPace(refresh, sight);
  pace.ask();
  pace.ask();
  await vi.advanceTimersByTimeAsync(1000);
  expect(refresh).toHaveBeenCalledTimes(2);
});

it("waits while nobody sees the tab, and then refreshes once", async () => {
  const refresh = vi.fn(() => Promise.resolve());
  const pace = new RefreshPace(refresh, sight);
  isHidden = true;
  for (let count = 0; count < 5; count += 1) {
    pace.ask();
    await vi.advanceTimersByTimeAsync(5000);
  }
  expect(refresh).not.toHaveBeenCalled();
  show();
  await vi.advanceTimersByTimeAsync(5000);
  expect(refresh).toHaveBeenCalledTimes(1);
});

it("stops for good", async () => {
  const refresh = vi.fn(() => Promise.resolve());
  const pace = new RefreshPace(refresh, sight);
  pace.ask();
  pace.ask();
  pace.stop();
  await vi.advanceTimersByTimeAsync(5000);
  show();
  expect(refresh).toHaveBeenCalledTimes(1);
});
