import type { StepParseResult, StepParseInput } from "#core/dataflow/read-ahead.ts";

/** Parses step texts in a worker, one batch at a time. */
export interface StepParserWorker {
  readonly read: (batch: readonly StepParseInput[]) => Promise<readonly StepParseResult[]>;
  readonly stop: () => void;
}

const PATIENCE_MS = 10_000;

export function startStepParserWorker(): StepParserWorker {
  const worker = new Worker(new URL("./step-reader.worker.ts", import.meta.url), { type: "module" });
  return {
    read: (batch) =>
      new Promise((resolve, reject) => {
        const finished = new AbortController();
        const finish = (act: () => void) => {
          finished.abort();
          clearTimeout(timer);
          act();
        };
        const fail = () => finish(() => reject(new Error("The worker that reads steps does not answer.")));
        const timer = setTimeout(fail, PATIENCE_MS);
        const { signal } = finished;
        worker.addEventListener(
          "message",
          ({ data }: MessageEvent<readonly StepParseResult[]>) => finish(() => resolve(data)),
          { signal },
        );
        worker.addEventListener(
          "error",
          (event) => {
            // Keeps the global error handler from reporting the error: the main thread parses the steps
            // instead.
            event.preventDefault();
            fail();
          },
          { signal },
        );
        worker.postMessage(batch, []);
      }),
    stop: () => worker.terminate(),
  };
}
