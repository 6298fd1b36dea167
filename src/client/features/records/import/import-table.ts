import type { JsonObject } from "#core/json.ts";

/** What was read of a file. Rows are numbered as whoever made the file sees them: in CSV the names of the columns are row 1. */
export type ImportTable =
  | {
      readonly kind: "csv";
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly numbers: readonly number[];
    }
  | {
      readonly kind: "json";
      readonly columns: readonly string[];
      readonly rows: readonly JsonObject[];
      /** The items are records, as an export writes them; else objects of any kind, which become metadata. */
      readonly areRecords: boolean;
    };

/** Which columns say what a record is called and of which type it is. */
export interface ImportMapping {
  readonly nameColumn: string;
  /** Undefined where all are of `fixedType`. */
  readonly typeColumn: string | undefined;
  readonly fixedType: string;
}

export interface RowProblem {
  readonly row: number;
  readonly message: string;
}

/** A file that cannot be read; the message says why, and what to do. */
export class ImportFileError extends Error {
  override readonly name = "ImportFileError";
}

export function rowNumber(table: ImportTable, index: number): number {
  return table.kind === "csv" ? (table.numbers[index] ?? index + 2) : index + 1;
}

/** The mapping that a file suggests by itself. */
export function guessMapping({ columns }: Pick<ImportTable, "columns">, type: string): ImportMapping {
  const find = (...names: readonly string[]) =>
    names.flatMap((name) => columns.find((column) => column.toLowerCase() === name) ?? [])[0];
  return {
    nameColumn: find("name", "title", "label", "id") ?? columns.find((column) => column !== "") ?? "",
    typeColumn: find("type"),
    fixedType: type,
  };
}
