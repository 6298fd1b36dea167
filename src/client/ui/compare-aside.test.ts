import { Chunk } from "@codemirror/merge";
import { Text } from "@codemirror/state";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { compareAside } from "./compare-aside.ts";
import { compareLines } from "./compare-lines.ts";

/** Takes what it is sent, and answers what the test says. */
class FakeWorker extends EventTarget {
  readonly postMessage = vi.fn();
  readonly terminate = vi.fn();

  tell(data: unknown): void {
    // What a worker sends is a copy without its class.
    this.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) }));
  }
}

let worker: FakeWorker;
const texts = { before: "one\ntwo\n", after: "one\nthree\n" };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("Worker", function start() {
    worker = new FakeWorker();
    return worker;
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("answers with changes that a view can be built from, and ends the worker", async () => {
  const answer = compareAside(texts, new AbortController().signal);
  expect(worker.postMessage).toHaveBeenCalledWith(texts, []);
  worker.tell(compareLines(texts.before, texts.after));
  const changes = await answer;
  expect(changes).toEqual(compareLines(texts.before, texts.after));
  const [before, after] = [texts.before, texts.after].map((text) => Text.of(text.split("\n")));
  if (!before || !after) throw new Error("There are two texts.");
  expect(Chunk.build(before, after, { override: () => [...changes] })).toHaveLength(1);
  expect(worker.terminate).toHaveBeenCalledOnce();
});

it("ends the worker when its answer is no longer wanted", async () => {
  const leaving = new AbortController();
  const answer = compareAside(texts, leaving.signal);
  leaving.abort();
  await expect(answer).rejects.toThrow("aborted");
  expect(worker.terminate).toHaveBeenCalledOnce();
});

it("rejects where the worker fails, does not answer, or cannot be had", async () => {
  const { signal } = new AbortController();
  const failed = compareAside(texts, signal);
  const trouble = new Event("error", { cancelable: true });
  worker.dispatchEvent(trouble);
  await expect(failed).rejects.toThrow("does not answer");
  expect(trouble.defaultPrevented).toBe(true);

  const silent = compareAside(texts, signal);
  const rejected = expect(silent).rejects.toThrow("does not answer");
  await vi.advanceTimersByTimeAsync(60_000);
  await rejected;
  expect(worker.terminate).toHaveBeenCalledOnce();

  vi.stubGlobal("Worker", undefined);
  await expect(compareAside(texts, signal)).rejects.toThrow();
});
