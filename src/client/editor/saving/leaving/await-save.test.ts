import { beforeEach, expect, it, vi } from "vitest";
import { waitForSaveInProgress } from "./unsaved-changes-guard.tsx";

beforeEach(() => void vi.useFakeTimers());

function beginSave() {
  let isOver = false;
  const listeners = new Set<() => void>();
  const setOver = (next: boolean) => {
    isOver = next;
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  let isWaitOver = false;
  let isEndReported = false;
  const wait = async () => {
    const { over, soon } = waitForSaveInProgress({ isOver: () => isOver, subscribe });
    void over.then(() => (isEndReported = true));
    await soon;
    isWaitOver = true;
  };
  return { setOver, wait, listeners, isWaitOver: () => isWaitOver, isEndReported: () => isEndReported };
}

it("leaving during a save waits until the save ends, and then unsubscribes", async () => {
  const { setOver, wait, isWaitOver, listeners } = beginSave();
  const waiting = wait();
  await vi.advanceTimersByTimeAsync(1999);
  setOver(false);
  await vi.advanceTimersByTimeAsync(0);
  expect(isWaitOver()).toBe(false);
  setOver(true);
  await waiting;
  expect([isWaitOver(), listeners.size, vi.getTimerCount()]).toEqual([true, 0, 0]);
});

it("leaving during a save stops waiting after two seconds, and reports the end of a save that takes longer", async () => {
  const { setOver, wait, isWaitOver, isEndReported, listeners } = beginSave();
  void wait();
  await vi.advanceTimersByTimeAsync(2000);
  expect([isWaitOver(), isEndReported()]).toEqual([true, false]);
  setOver(true);
  await vi.advanceTimersByTimeAsync(0);
  expect([isEndReported(), listeners.size]).toEqual([true, 0]);
});

it("leaving during a save does not wait for a save that has ended", async () => {
  const { setOver, wait, isWaitOver } = beginSave();
  setOver(true);
  await wait();
  expect(isWaitOver()).toBe(true);
});
