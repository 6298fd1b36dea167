import { callWorker } from "#client/data/worker-calls.ts";
import { ImportFileError, type ImportColumnMapping, type ImportRowProblem } from "./read-import-file.ts";
import type { ImportedRecordBody } from "./plan-records.ts";

export interface ImportWorkerClient {
  readonly call: <Name extends ImportCall>(
    name: Name,
    ask: ImportCalls[Name]["ask"],
  ) => Promise<ImportCalls[Name]["answer"]>;
  readonly stop: () => void;
}

/** Starts the worker that parses the file. Its calls reject with an `ImportFileError` if the file is invalid. */
export function startImportWorker(): ImportWorkerClient {
  const worker = new Worker(new URL("./import.worker.ts", import.meta.url), { type: "module" });
  return {
    call: async (name, ask) => {
      const reply = await callWorker<ImportWorkerReply>(worker, { name, ...ask }).catch(() => undefined);
      if (reply && "answer" in reply) return reply.answer;
      throw new ImportFileError(reply?.reason ?? READ_FAILURE);
    },
    stop: () => worker.terminate(),
  };
}

const READ_FAILURE = "Couldn’t read the file. Choose it again.";

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
  /** For saving the rows that were not imported. With `from`, also all valid rows from that index on. */
  readonly keep: {
    readonly ask: { readonly rows: readonly number[]; readonly from: number | undefined };
    readonly answer: string;
  };
}

type ImportCall = keyof ImportCalls;

export type ImportWorkerRequest = {
  [Name in ImportCall]: { readonly name: Name } & ImportCalls[Name]["ask"];
}[ImportCall];

/** `reason`: why the file is invalid. */
export type ImportWorkerReply =
  | { readonly answer: ImportCalls[ImportCall]["answer"] }
  | { readonly reason: string };
