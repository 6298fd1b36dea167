import { afterEach, beforeEach, expect, test, vi } from "vitest";

const listeners = new Map<string, () => void>();
const happens = (type: "pointerdown" | "pointerup" | "pointercancel") => listeners.get(type)?.();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("addEventListener", (type: string, listener: () => void) => listeners.set(type, listener));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.resetModules();
});

test("what moves things waits for the click that a press at hand is going to be", async () => {
  const { runUnpressed } = await import("./pointer-press.ts");
  const done: string[] = [];
  runUnpressed(() => done.push("at once"));
  expect(done).toEqual(["at once"]);

  happens("pointerdown");
  runUnpressed(() => done.push("after the click"));
  const takeBack = runUnpressed(() => done.push("taken back"));
  takeBack();
  happens("pointerup");
  done.push("click");
  vi.advanceTimersByTime(1);
  expect(done).toEqual(["at once", "click", "after the click"]);
  vi.advanceTimersByTime(10_000);
  expect(done).toHaveLength(3);
});

test("a press whose end nobody told of holds nothing up for long", async () => {
  const { runUnpressed } = await import("./pointer-press.ts");
  const run = vi.fn<() => void>();
  happens("pointerdown");
  runUnpressed(run);
  vi.advanceTimersByTime(999);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
  happens("pointerdown");
  happens("pointercancel");
  runUnpressed(run);
  expect(run).toHaveBeenCalledTimes(2);
});
