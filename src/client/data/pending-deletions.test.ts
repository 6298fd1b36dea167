import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { pendingDeletions } from "./pending-deletions.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("sends nothing for eight seconds, then once", async () => {
  const send = vi.fn(() => Promise.resolve());
  pendingDeletions.schedule("a", send);
  await vi.advanceTimersByTimeAsync(7999);
  expect(send).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(send).toHaveBeenCalledTimes(1);
});

it("never sends what was undone", async () => {
  const send = vi.fn(() => Promise.resolve());
  const onUndo = vi.fn();
  pendingDeletions.schedule("b", send, onUndo);
  expect(pendingDeletions.undo("b")).toBe(true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(send).not.toHaveBeenCalled();
  expect(onUndo).toHaveBeenCalledTimes(1);
});

it("says when it is too late", async () => {
  pendingDeletions.schedule("c", () => new Promise(() => undefined));
  await vi.advanceTimersByTimeAsync(8000);
  expect(pendingDeletions.undo("c")).toBe(false);
});

it("brings back the last one first", () => {
  const back: string[] = [];
  const send = () => Promise.resolve();
  pendingDeletions.schedule("d", send, () => back.push("d"));
  pendingDeletions.schedule("e", send, () => back.push("e"));
  pendingDeletions.undoLatest();
  pendingDeletions.undoLatest();
  pendingDeletions.undoLatest();
  expect(back).toEqual(["e", "d"]);
});

it("sends several that were deleted together as one, and brings them back as one", async () => {
  const send = vi.fn((_ids: readonly string[]) => Promise.resolve());
  pendingDeletions.scheduleAll(["f", "g"], send);
  await vi.advanceTimersByTimeAsync(8000);
  expect(send).toHaveBeenCalledExactlyOnceWith(["f", "g"]);
  pendingDeletions.scheduleAll(["h", "i"], send);
  expect(pendingDeletions.undo("i")).toBe(true);
  expect(pendingDeletions.undo("h")).toBe(false);
});
