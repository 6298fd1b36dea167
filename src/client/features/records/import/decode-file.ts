import { ImportFileError } from "./import-table.ts";

/** Bytes of a file that are read into memory; past that it has to be parted. */
const MOST_BYTES = 200 * 1024 * 1024;

export interface DecodedFile {
  readonly text: string;
  /** It is not UTF-8, so that letters may have been taken for others. */
  readonly isGuessed: boolean;
}

/** The text of a file, in whatever encoding spreadsheets save it. Throws an `ImportFileError`. */
export async function decodeFile(file: Blob): Promise<DecodedFile> {
  if (file.size > MOST_BYTES)
    throw new ImportFileError(
      "This file is larger than 200 MiB. Part it into several, and import them one by one.",
    );
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0x50 && bytes[1] === 0x4b)
    throw new ImportFileError(
      "This is a spreadsheet or an archive. Save the sheet as CSV, and choose that file.",
    );
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : undefined;
  if (wide) return { text: new TextDecoder(wide).decode(bytes), isGuessed: false };
  if (bytes.includes(0))
    throw new ImportFileError("This file is not text. Records are imported from CSV or JSON files.");
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), isGuessed: false };
  } catch {
    // What spreadsheets on Windows save as plain CSV.
    return { text: new TextDecoder("windows-1252").decode(bytes), isGuessed: true };
  }
}
