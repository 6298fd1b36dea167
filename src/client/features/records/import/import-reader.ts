import { ImportFileError, type ImportColumnMapping, type ImportRowProblem } from "./import-table.ts";
import type { ImportedRecordBody } from "./plan-records.ts";

export interface ImportWorkerClient {
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

/** Starts the worker that parses the file. Its calls reject with an `ImportFileError` if the file is invalid. */
export function startImportWorker(): ImportWorkerClient {
  const worker = new Worker(new URL("./import.worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  worker.addEventListener("message", ({ data }: MessageEvent<ImportWorkerReply>) => {
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

const UNREAD = "Couldn’t read the file. Choose it again.";

export interface ImportFilePreview {
  readonly kind: "csv" | "json";
  readonly columns: readonly string[];
  readonly rowCount: number;
  readonly sample: readonly { readonly row: number; readonly cells: readonly string[] }[];
  readonly isGuessed: boolean;
}

export interface ImportValidationSummary {
  readonly goodCount: number;
  readonly problemCount: number;
  /** The first problems only; `problemCount` is the total. */
  readonly problems: readonly ImportRowProblem[];
}

export type ImportRecordBatch =
  | { readonly kind: "csv"; readonly rows: readonly number[]; readonly text: string }
  | {
      readonly kind: "json";
      readonly rows: readonly number[];
      readonly records: readonly ImportedRecordBody[];
    };

interface ImportCalls {
  readonly read: { readonly ask: { readonly file: File }; readonly answer: ImportFilePreview };
  readonly check: {
    readonly ask: { readonly mapping: ImportColumnMapping };
    readonly answer: ImportValidationSummary;
  };
  readonly take: {
    readonly ask: { readonly from: number; readonly most: number };
    readonly answer: ImportRecordBatch;
  };
  /**
   * Returns the given rows as text in the file's format, so that the user can save the rows that were not imported.
   * With `from`, also returns all valid rows from that index on.
   */
  readonly keep: {
    readonly ask: { readonly rows: readonly number[]; readonly from: number | undefined };
    readonly answer: string;
  };
}

type ImportCall = keyof ImportCalls;

export type ImportWorkerRequest = {
  [Name in ImportCall]: { readonly id: number; readonly name: Name } & ImportCalls[Name]["ask"];
}[ImportCall];

export type ImportWorkerReply =
  | { readonly id: number; readonly answer: ImportCalls[ImportCall]["answer"] }
  /** `reason` is set if the file is invalid; undefined means an internal error. */
  | { readonly id: number; readonly reason: string | undefined };
