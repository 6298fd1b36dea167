import { isUtf8 } from "node:buffer";
import { readCsvRowsWithPauses } from "#core/json/csv-rows.ts";
import { RECORD_LIMITS } from "#contract/record.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import { FIXED_CSV_COLUMNS } from "./csv-cells.ts";

/** Twice the maximum of a record, because unescaping doubled quotes can halve the text. */
const MAX_CELL = 2 * RECORD_LIMITS.bytes;

export const MAX_CSV_COLUMNS = 1000 + FIXED_CSV_COLUMNS.length;

/** Throws `invalid` if it is not UTF-8: decoding would replace letters with U+FFFD. */
export function parseCsvFile(bytes: Uint8Array): ReturnType<typeof readCsvRowsWithPauses> {
  if (isUtf8(bytes) && !bytes.includes(0))
    return readCsvRowsWithPauses(new TextDecoder().decode(bytes), MAX_CSV_COLUMNS, MAX_CELL);
  const message = "Save the file as “CSV UTF-8” and upload it again.";
  throw createInvalidRequestError("The file is not UTF-8 text.", {
    message,
    path: "file",
    code: "INVALID_TEXT",
  });
}
