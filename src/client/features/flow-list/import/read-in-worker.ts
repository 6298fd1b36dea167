import type { ImportFile, ReadImportFile } from "./read-import-files.ts";

export type ImportWorkerReply =
  | { readonly type: "progress"; readonly done: number }
  | { readonly type: "read"; readonly files: readonly ReadImportFile[] }
  | { readonly type: "failed" };

/**
 * Reads the files in a worker, which is terminated afterwards or on abort. Rejects if the worker fails, for example
 * for lack of memory, or with the reason of the signal.
 */
export async function readImportFilesInWorker(
  files: readonly ImportFile[],
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<readonly ReadImportFile[]> {
  const worker = new Worker(new URL("./read-import-files.worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise((resolve, reject) => {
      const fail = () => reject(new Error("The worker that reads files does not answer."));
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      worker.addEventListener("message", ({ data }: MessageEvent<ImportWorkerReply>) => {
        if (data.type === "progress") onProgress(data.done);
        else if (data.type === "read") resolve(data.files);
        else fail();
      });
      worker.addEventListener("error", (event) => {
        // Keeps the global error handler from reporting the error: the caller reports the rejected promise.
        event.preventDefault();
        fail();
      });
      worker.postMessage(files, []);
    });
  } finally {
    worker.terminate();
  }
}
