import type { ImportMapping, RowProblem } from "./import-table.ts";
import type { PlannedRecord } from "./plan-records.ts";

/** What a file holds, as far as a person has to see it. */
export interface ImportPreview {
  readonly kind: "csv" | "json";
  readonly columns: readonly string[];
  readonly rowCount: number;
  /** The first rows in words, cell by cell, with their numbers. */
  readonly sample: readonly { readonly row: number; readonly cells: readonly string[] }[];
  readonly isGuessed: boolean;
}

export interface ImportCheck {
  readonly goodCount: number;
  readonly problemCount: number;
  /** The first of them. */
  readonly problems: readonly RowProblem[];
}

/** Some of the rows that look well, ready to be sent. */
export type ImportBatch =
  | { readonly kind: "csv"; readonly rows: readonly number[]; readonly text: string }
  | { readonly kind: "json"; readonly rows: readonly number[]; readonly records: readonly PlannedRecord[] };

/** What the page asks of the worker that holds the file, and what it answers. */
export interface ImportCalls {
  readonly read: { readonly ask: { readonly file: File }; readonly answer: ImportPreview };
  readonly check: { readonly ask: { readonly mapping: ImportMapping }; readonly answer: ImportCheck };
  readonly take: {
    readonly ask: { readonly from: number; readonly most: number };
    readonly answer: ImportBatch;
  };
  /** The rows of these numbers, and with `from` those that look well from there on, as a file of the same kind. */
  readonly keep: {
    readonly ask: { readonly rows: readonly number[]; readonly from: number | undefined };
    readonly answer: string;
  };
}

export type ImportCall = keyof ImportCalls;

export type ImportRequest = {
  [Name in ImportCall]: { readonly id: number; readonly name: Name } & ImportCalls[Name]["ask"];
}[ImportCall];

export type ImportReply =
  | { readonly id: number; readonly answer: ImportCalls[ImportCall]["answer"] }
  /** `reason` where the file is at fault; else the page is. */
  | { readonly id: number; readonly reason: string | undefined };
