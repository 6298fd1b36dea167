import { type ImportFile, readImportFiles } from "./read-import-files.ts";
import type { ImportWorkerReply } from "./read-in-worker.ts";

// Reads files off the main thread: replies with the number of files read so far, and at the end with their flows.

addEventListener("message", ({ data }: MessageEvent<readonly ImportFile[]>) => {
  const reply = (message: ImportWorkerReply) => postMessage(message);
  readImportFiles(data, (done) => reply({ type: "progress", done })).then(
    (files) => reply({ type: "read", files }),
    () => reply({ type: "failed" }),
  );
});
