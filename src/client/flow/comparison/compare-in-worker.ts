import { Change } from "@codemirror/merge";
import { callWorker } from "#client/data/worker-calls.ts";

export interface TextPairToCompare {
  readonly before: string;
  readonly after: string;
}

/** Timeout of a comparison in milliseconds. Two flows of the maximum size take a few seconds on a slow phone. */
const TIMEOUT_MS = 60_000;

/** Rejects if the worker fails or times out, or with the reason of the signal. */
export async function compareTextLinesInWorker(
  texts: TextPairToCompare,
  signal: AbortSignal,
): Promise<readonly Change[]> {
  const worker = new Worker(new URL("./compare-lines.worker.ts", import.meta.url), { type: "module" });
  try {
    const changes = await callWorker<readonly Change[]>(worker, texts, { signal, timeLimitMs: TIMEOUT_MS });
    // Recreates the changes: structured cloning by `postMessage` keeps the offsets of a change but drops its methods.
    return changes.map(({ fromA, toA, fromB, toB }) => new Change(fromA, toA, fromB, toB));
  } finally {
    worker.terminate();
  }
}
