import { isUtf8 } from "node:buffer";
import { Readable } from "node:stream";
import { parse } from "csv-parse";
import { invalid } from "#server/api-failure.ts";

const SLICE = 64 * 1024;

/** A row of a file, counted from 1 as spreadsheets do. `fault`: why it is none. */
export interface CsvRow {
  readonly row: number;
  readonly cells: readonly string[];
  readonly fault?: string;
}

/**
 * The rows of a CSV file, read slice by slice. Throws 400 for what is not text in UTF-8, before the first row: decoding in
 * another encoding would make question marks of letters.
 */
export async function* readCsv(bytes: Uint8Array): AsyncGenerator<CsvRow> {
  if (!isUtf8(bytes) || bytes.includes(0)) {
    const message = "Save it as “CSV UTF-8” and send that.";
    throw invalid("The file is not text in UTF-8.", { message, path: "file", code: "INVALID_TEXT" });
  }
  let isOpen = false;
  const parser = parse({
    bom: true,
    delimiter: findDelimiter(bytes),
    // All of them, since files that were put together end their lines in more than one way.
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    // A quote inside of an unquoted cell is a quote, so that the only error is one that is open at the end of the file. An
    // error that is thrown would take rows with it that were read but not taken yet.
    relax_quotes: true,
    skip_records_with_error: true,
    on_skip: () => {
      isOpen = true;
      return undefined;
    },
  });
  let row = 0;
  for await (const cells of Readable.from(slices(bytes)).pipe(parser)) {
    row += 1;
    yield { row, cells: cells as readonly string[] };
  }
  if (!isOpen) return;
  const fault = "A quote that opens in this row is never closed, so nothing was read from here to the end.";
  yield { row: row + 1, cells: [], fault };
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SLICE) yield bytes.subarray(at, at + SLICE);
}

/** What parts the cells: spreadsheets write semicolons where the comma is the decimal point, and tabs at times. */
function findDelimiter(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, SLICE)).toString("utf8");
  const line = start.replaceAll(/"[^"]*"/g, "").split(/\r|\n/, 1)[0] ?? "";
  const count = (delimiter: string) => line.split(delimiter).length;
  return [";", "\t"].reduce((best, other) => (count(other) > count(best) ? other : best), ",");
}
