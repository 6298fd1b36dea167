import type { StepReading, StepTexts } from "#core/dataflow/read-ahead.ts";

/** Reads texts of steps off the main thread, one batch after the other. */
export interface StepReader {
  /** Rejects when the reader cannot start or does not answer. */
  readonly read: (batch: readonly StepTexts[]) => Promise<readonly StepReading[]>;
  readonly stop: () => void;
}

/** For one batch, in milliseconds; a text by itself has a limit of its own. */
const PATIENCE_MS = 10_000;

/** Throws where there are no workers. */
export function startStepReader(): StepReader {
  const worker = new Worker(new URL("./step-reader.worker.ts", import.meta.url), { type: "module" });
  return {
    read: (batch) =>
      new Promise((resolve, reject) => {
        const settled = new AbortController();
        const settle = (act: () => void) => {
          settled.abort();
          clearTimeout(timer);
          act();
        };
        const fail = () => settle(() => reject(new Error("The worker that reads steps does not answer.")));
        const timer = setTimeout(fail, PATIENCE_MS);
        const { signal } = settled;
        worker.addEventListener(
          "message",
          ({ data }: MessageEvent<readonly StepReading[]>) => settle(() => resolve(data)),
          { signal },
        );
        worker.addEventListener(
          "error",
          (event) => {
            // Nobody has to be told: the steps are read here instead.
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
