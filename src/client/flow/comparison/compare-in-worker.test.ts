import { Chunk } from "@codemirror/merge";
import { Text } from "@codemirror/state";
import { beforeEach, expect, it, vi } from "vitest";
import { compareTextLinesInWorker } from "./compare-in-worker.ts";
import { compareLinesThenCharacters } from "./compare-lines.ts";

class FakeWorker extends EventTarget {
  readonly postMessage = vi.fn<(message: unknown, ports: readonly MessagePort[]) => void>();
  readonly terminate = vi.fn();

  answer(data: unknown): void {
    this.postMessage.mock.lastCall?.[1][0]?.postMessage({ answer: data });
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

it("a comparison resolves to changes for a merge view, and terminates the worker", async () => {
  const answer = compareTextLinesInWorker(texts, new AbortController().signal);
  expect(worker.postMessage).toHaveBeenCalledWith(texts, [expect.any(MessagePort)]);
  worker.answer(compareLinesThenCharacters(texts.before, texts.after));
  const changes = await answer;
  expect(changes).toEqual(compareLinesThenCharacters(texts.before, texts.after));
  const [before, after] = [texts.before, texts.after].map((text) => Text.of(text.split("\n")));
  if (!before || !after) throw new Error("There are two texts.");
  expect(Chunk.build(before, after, { override: () => [...changes] })).toHaveLength(1);
  expect(worker.terminate).toHaveBeenCalledOnce();
});

it("the worker is terminated when the comparison is aborted", async () => {
  const controller = new AbortController();
  const answer = compareTextLinesInWorker(texts, controller.signal);
  controller.abort();
  await expect(answer).rejects.toThrow("aborted");
  expect(worker.terminate).toHaveBeenCalledOnce();
});

it("a comparison rejects if the worker fails, times out or cannot be created", async () => {
  const { signal } = new AbortController();
  const failed = compareTextLinesInWorker(texts, signal);
  const errorEvent = new Event("error", { cancelable: true });
  worker.dispatchEvent(errorEvent);
  await expect(failed).rejects.toThrow("does not answer");
  expect(errorEvent.defaultPrevented).toBe(true);

  const silent = compareTextLinesInWorker(texts, signal);
  const rejected = expect(silent).rejects.toThrow("does not answer");
  await vi.advanceTimersByTimeAsync(60_000);
  await rejected;
  expect(worker.terminate).toHaveBeenCalledOnce();

  vi.stubGlobal("Worker", undefined);
  await expect(compareTextLinesInWorker(texts, signal)).rejects.toThrow();
});
