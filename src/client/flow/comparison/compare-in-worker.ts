import { Change } from "@codemirror/merge";

export interface TextPairToCompare {
  readonly before: string;
  readonly after: string;
}

/** Timeout of a comparison in milliseconds. Two flows of the maximum size take a few seconds on a slow phone. */
const TIMEOUT_MS = 60_000;

/**
 * Runs `compareLinesThenCharacters` in a worker, which is terminated afterwards or on abort. Rejects
 * if the worker fails or times out, or with the reason of the signal.
 */
export async function compareTextLinesInWorker(
  texts: TextPairToCompare,
  signal: AbortSignal,
): Promise<readonly Change[]> {
  const worker = new Worker(new URL("./compare-lines.worker.ts", import.meta.url), { type: "module" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = () => reject(new Error("The worker that compares texts does not answer."));
      timer = setTimeout(fail, TIMEOUT_MS);
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      worker.addEventListener("message", ({ data }: MessageEvent<readonly Change[]>) =>
        // Recreates the changes: structured cloning by `postMessage` keeps the offsets of a change but drops its
        // methods.
        resolve(data.map(({ fromA, toA, fromB, toB }) => new Change(fromA, toA, fromB, toB))),
      );
      worker.addEventListener("error", (event) => {
        // Keeps the global error handler from reporting the error: the caller reports the rejected promise.
        event.preventDefault();
        fail();
      });
      worker.postMessage(texts, []);
    });
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}
