import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { waitForSaveInProgress } from "./leave-guard.tsx";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function beginSave() {
  let isOver = false;
  const listeners = new Set<() => void>();
  const change = (next: boolean) => {
    isOver = next;
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  let isDone = false;
  let isSaveOver = false;
  const wait = async () => {
    const { over, soon } = waitForSaveInProgress({ isOver: () => isOver, subscribe });
    void over.then(() => (isSaveOver = true));
    await soon;
    isDone = true;
  };
  return { change, wait, listeners, isDone: () => isDone, isSaveOver: () => isSaveOver };
}

describe("leaving during a save", () => {
  it("waits until it ends, and then unsubscribes", async () => {
    const { change, wait, isDone, listeners } = beginSave();
    const waiting = wait();
    await vi.advanceTimersByTimeAsync(1999);
    change(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(isDone()).toBe(false);
    change(true);
    await waiting;
    expect([isDone(), listeners.size, vi.getTimerCount()]).toEqual([true, 0, 0]);
  });

  it("stops waiting after two seconds, and reports the end of a save that takes longer", async () => {
    const { change, wait, isDone, isSaveOver, listeners } = beginSave();
    void wait();
    await vi.advanceTimersByTimeAsync(2000);
    expect([isDone(), isSaveOver()]).toEqual([true, false]);
    change(true);
    await vi.advanceTimersByTimeAsync(0);
    expect([isSaveOver(), listeners.size]).toEqual([true, 0]);
  });

  it("does not wait for a save that has ended", async () => {
    const { change, wait, isDone } = beginSave();
    change(true);
    await wait();
    expect(isDone()).toBe(true);
  });
});
