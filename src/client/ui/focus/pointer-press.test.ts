import { afterEach, beforeEach, expect, test, vi } from "vitest";

const listeners = new Map<string, () => void>();
const dispatch = (type: "pointerdown" | "pointerup" | "pointercancel") => listeners.get(type)?.();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("addEventListener", (type: string, listener: () => void) => listeners.set(type, listener));
});
afterEach(() => {
  vi.resetModules();
});

test("a layout change waits for the click of the current press", async () => {
  const { runAfterPointerPress } = await import("./pointer-press.ts");
  const done: string[] = [];
  runAfterPointerPress(() => done.push("at once"));
  expect(done).toEqual(["at once"]);

  dispatch("pointerdown");
  runAfterPointerPress(() => done.push("after the click"));
  const takeBack = runAfterPointerPress(() => done.push("taken back"));
  takeBack();
  dispatch("pointerup");
  done.push("click");
  vi.advanceTimersByTime(1);
  expect(done).toEqual(["at once", "click", "after the click"]);
  vi.advanceTimersByTime(10_000);
  expect(done).toHaveLength(3);
});

test("if no release event arrives, a press delays a layout change by a second at most", async () => {
  const { runAfterPointerPress } = await import("./pointer-press.ts");
  const run = vi.fn<() => void>();
  dispatch("pointerdown");
  runAfterPointerPress(run);
  vi.advanceTimersByTime(999);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
  dispatch("pointerdown");
  dispatch("pointercancel");
  runAfterPointerPress(run);
  expect(run).toHaveBeenCalledTimes(2);
});
