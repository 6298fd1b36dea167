const [QUOTE, RETURN, NEWLINE] = [34, 13, 10];

/** Enough for the first row, without reading a long text twice. */
const DELIMITER_SAMPLE_LENGTH = 64 * 1024;

/** `row` counts from 1, as in spreadsheets. `fault` is set if the row cannot be read. */
export interface CsvRow {
  readonly row: number;
  readonly cells: readonly string[];
  readonly width: number;
  readonly fault?: string;
}

/** Yielded regularly in a long text, so that the caller can let other tasks run. */
export const CSV_PAUSE_SIGNAL = Symbol("pause");

/** Number of characters that are read between two pause signals: reading them takes about a millisecond. */
const PAUSE_AFTER = 256 * 1024;

/** Reads the rows of a CSV text without its empty lines, like `readCsvRowsWithPauses` but without pauses. */
export function* readCsvRows(text: string, maxCells?: number, maxQuotedLength?: number): Generator<CsvRow> {
  for (const row of readCsvRowsWithPauses(text, maxCells, maxQuotedLength))
    if (row !== CSV_PAUSE_SIGNAL) yield row;
}

/** Counts cells after `maxCells` without reading them; longer quoted cells keep doubled quotes. */
export function* readCsvRowsWithPauses(
  text: string,
  maxCells = Infinity,
  maxQuotedLength = Infinity,
): Generator<CsvRow | typeof CSV_PAUSE_SIGNAL> {
  const reader = new CellReader(text, findDelimiter(text).charCodeAt(0), maxQuotedLength);
  for (let row = 1; !reader.isAtEnd; row += 1) {
    if (reader.isPauseDue()) yield CSV_PAUSE_SIGNAL;
    if (reader.skipLineEnd()) continue;
    const cells: string[] = [];
    let width = 0;
    do {
      if (reader.isPauseDue()) yield CSV_PAUSE_SIGNAL;
      const cell = reader.read(width < maxCells);
      if (cell === undefined) {
        const fault = "Unclosed quotation mark. This row and the rows after it were not read.";
        yield { row, cells: [], width: 0, fault };
        return;
      }
      if (width < maxCells) cells.push(cell);
      width += 1;
    } while (reader.skipDelimiter());
    reader.skipLineEnd();
    yield { row, cells, width };
  }
}

class CellReader {
  readonly #text: string;
  readonly #delimiter: number;
  readonly #maxQuotedLength: number;
  #at = 0;
  #pauseAt = PAUSE_AFTER;

  constructor(text: string, delimiter: number, maxQuotedLength: number) {
    this.#text = text;
    this.#delimiter = delimiter;
    this.#maxQuotedLength = maxQuotedLength;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  isPauseDue(): boolean {
    if (this.#at < this.#pauseAt) return false;
    this.#pauseAt = this.#at + PAUSE_AFTER;
    return true;
  }

  /** Undefined if the closing quote is missing; an empty text if not `isNeeded`. */
  read(isNeeded: boolean): string | undefined {
    const text = this.#text;
    const from = this.#at;
    if (text.charCodeAt(from) !== QUOTE) {
      this.#at = this.#findEnd(from);
      return isNeeded ? text.slice(from, this.#at) : "";
    }
    const close = this.#findClose(from + 1);
    if (close < 0) return undefined;
    this.#at = this.#findEnd(close + 1);
    if (!isNeeded) return "";
    const inner = text.slice(from + 1, close);
    const value = inner.length > this.#maxQuotedLength ? inner : inner.replaceAll('""', '"');
    const rest = text.slice(close + 1, this.#at);
    return rest === "" ? value : `"${value}"${rest}`;
  }

  skipDelimiter(): boolean {
    const isThere = this.#text.charCodeAt(this.#at) === this.#delimiter;
    if (isThere) this.#at += 1;
    return isThere;
  }

  skipLineEnd(): boolean {
    const code = this.#text.charCodeAt(this.#at);
    if (code !== RETURN && code !== NEWLINE) return false;
    this.#at += code === RETURN && this.#text.charCodeAt(this.#at + 1) === NEWLINE ? 2 : 1;
    return true;
  }

  #findClose(from: number): number {
    const text = this.#text;
    let at = text.indexOf('"', from);
    while (at >= 0 && text.charCodeAt(at + 1) === QUOTE) {
      at += 2;
      // Skips a run of doubled quotes character by character: millions of `indexOf` calls would be slow.
      if (text.charCodeAt(at) !== QUOTE) at = text.indexOf('"', at);
    }
    return at;
  }

  #findEnd(from: number): number {
    for (let at = from; at < this.#text.length; at += 1) {
      const code = this.#text.charCodeAt(at);
      if (code === this.#delimiter || code === RETURN || code === NEWLINE) return at;
    }
    return this.#text.length;
  }
}

/** In the first line: spreadsheets write semicolons in locales with a decimal comma, some write tabs. */
function findDelimiter(text: string): string {
  const [line = ""] = text
    .slice(0, DELIMITER_SAMPLE_LENGTH)
    .replaceAll(/"[^"]*"/g, "")
    .split(/\r|\n/, 1);
  const count = (delimiter: string) => line.split(delimiter).length;
  return [";", "\t"].reduce((best, other) => (count(other) > count(best) ? other : best), ",");
}
