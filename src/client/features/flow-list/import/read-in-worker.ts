import { callWorker } from "#client/data/worker-calls.ts";
import type { ImportFile, ReadImportFile } from "./read-import-files.ts";

/** Rejects with the signal's reason, or if the worker fails, for example for lack of memory. */
export async function readImportFilesInWorker(
  files: readonly ImportFile[],
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<readonly ReadImportFile[]> {
  const worker = new Worker(new URL("./read-import-files.worker.ts", import.meta.url), { type: "module" });
  try {
    return await callWorker(worker, files, { signal, onProgress });
  } finally {
    worker.terminate();
  }
}
