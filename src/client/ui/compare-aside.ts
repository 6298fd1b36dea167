import { Change } from "@codemirror/merge";

export interface ComparedTexts {
  readonly before: string;
  readonly after: string;
}

/** In milliseconds. The longest texts that a flow may have take a few seconds on a slow phone. */
const PATIENCE_MS = 60_000;

/**
 * As `compareLines`, in a worker of its own that ends with the answer or with the signal. Rejects when the worker cannot
 * start or does not answer, and with the signal's reason.
 */
export async function compareAside(texts: ComparedTexts, signal: AbortSignal): Promise<readonly Change[]> {
  const worker = new Worker(new URL("./compare-lines.worker.ts", import.meta.url), { type: "module" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = () => reject(new Error("The worker that compares texts does not answer."));
      timer = setTimeout(fail, PATIENCE_MS);
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      worker.addEventListener("message", ({ data }: MessageEvent<readonly Change[]>) =>
        // What comes out of a worker has the numbers of a change and not its methods.
        resolve(data.map(({ fromA, toA, fromB, toB }) => new Change(fromA, toA, fromB, toB))),
      );
      worker.addEventListener("error", (event) => {
        // The place where the comparison would be says it.
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
