import { expect, it, vi } from "vitest";
import { answerWorkerCalls, callWorker } from "./worker-calls.ts";

it("a worker answers several calls at a time, reports progress, and a call that it cannot answer rejects", async () => {
  const page = new EventTarget() as Worker;
  vi.stubGlobal("addEventListener", (_: string, listener: (event: MessageEvent) => void) => {
    page.postMessage = (data: unknown, ports: unknown) => listener({ data, ports } as MessageEvent);
  });
  const waiting: (() => void)[] = [];
  answerWorkerCalls(async (message: string, onProgress) => {
    onProgress(message.length);
    if (message === "bad") throw new Error("No.");
    await new Promise<void>((resolve) => void waiting.push(resolve));
    return message.toUpperCase();
  });
  const done: number[] = [];
  const first = callWorker(page, "one", { onProgress: (count) => done.push(count) });
  const second = callWorker(page, "second");
  await expect(callWorker(page, "bad")).rejects.toThrow("does not answer");
  for (const answer of waiting.toReversed()) answer();
  expect(await Promise.all([first, second])).toEqual(["ONE", "SECOND"]);
  expect(done).toEqual([3]);
});
