import type { ImportCall, ImportCalls, ImportReply } from "./import-messages.ts";
import { ImportFileError } from "./import-table.ts";

/** A file that is being imported, as it lies in a worker. */
export interface ImportReader {
  readonly call: <Name extends ImportCall>(
    name: Name,
    ask: ImportCalls[Name]["ask"],
  ) => Promise<ImportCalls[Name]["answer"]>;
  readonly stop: () => void;
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** Calls reject with an `ImportFileError` where the file is at fault. */
export function startImportReader(): ImportReader {
  const worker = new Worker(new URL("./import.worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  worker.addEventListener("message", ({ data }: MessageEvent<ImportReply>) => {
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if ("answer" in data) call?.resolve(data.answer as never);
    else call?.reject(new ImportFileError(data.reason ?? UNREAD));
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    for (const { reject } of waiting.values()) reject(new ImportFileError(UNREAD));
    waiting.clear();
  });
  return {
    call: (name, ask) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        worker.postMessage({ id: lastId, name, ...ask }, []);
      }),
    stop: () => worker.terminate(),
  };
}

const UNREAD = "The file could not be read. It may have been changed meanwhile: choose it again.";
