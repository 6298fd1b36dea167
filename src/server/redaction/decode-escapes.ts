export interface UnescapedTextWithOffsets {
  /** First character of the escapes that are decoded. */
  readonly mark: string;
  readonly text: string;
  /** For each character of `text`, its offset in the original text, followed by the offset of the end. */
  readonly starts: Int32Array;
}

/** A decoded escape sequence; `length` is 0 if the character does not start one. */
interface Escape {
  readonly length: number;
  readonly codePoint: number;
}

interface Notation {
  readonly mark: string;
  readonly read: (text: string, at: number) => Escape | undefined;
}

const NOTATIONS: readonly Notation[] = [
  { mark: "\\", read: readJsonEscape },
  { mark: "%", read: readPercentEscape },
];

/** Each notation on its own. `isPart` excludes an incomplete escape, which the next chunk may complete. */
export function decodeJsonAndUrlEscapes(text: string, isPart = false): readonly UnescapedTextWithOffsets[] {
  return NOTATIONS.filter(({ mark }) => text.includes(mark)).map((notation) =>
    decodeEscapes(text, notation, isPart),
  );
}

export function decodeJsonEscapes(text: string): string {
  const [json] = NOTATIONS;
  return json && text.includes(json.mark) ? decodeEscapes(text, json, false).text : text;
}

function decodeEscapes(text: string, { mark, read }: Notation, isPart: boolean): UnescapedTextWithOffsets {
  const units = new Uint16Array(text.length);
  const starts = new Int32Array(text.length + 1);
  const markCode = mark.charCodeAt(0);
  let size = 0;
  let at = 0;
  const add = (unit: number) => {
    units[size] = unit;
    starts[size] = at;
    size += 1;
  };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const escape = code === markCode ? read(text, at) : PLAIN;
    if (!escape && isPart) break;
    if (!escape || escape.length === 0) {
      add(code);
      at += 1;
      continue;
    }
    if (escape.codePoint > 0xff_ff) {
      add(0xd8_00 + ((escape.codePoint - 0x1_00_00) >> 10));
      add(0xdc_00 + ((escape.codePoint - 0x1_00_00) & 0x3_ff));
    } else add(escape.codePoint);
    at += escape.length;
  }
  starts[size] = at;
  const decoded = Buffer.from(units.buffer, 0, size * 2).toString("utf16le");
  return { mark, text: decoded, starts: starts.subarray(0, size + 1) };
}

const PLAIN: Escape = { length: 0, codePoint: 0 };

const JSON_LETTERS = '"\\/bfnrt';
const JSON_CHARACTERS = '"\\/\b\f\n\r\t';

function readJsonEscape(text: string, at: number): Escape | undefined {
  if (at + 1 >= text.length) return undefined;
  const letter = text.charAt(at + 1);
  const index = JSON_LETTERS.indexOf(letter);
  if (index >= 0) return { length: 2, codePoint: JSON_CHARACTERS.charCodeAt(index) };
  if (letter !== "u") return PLAIN;
  let codePoint = 0;
  for (let digit = at + 2; digit < at + 6; digit += 1) {
    if (digit >= text.length) return undefined;
    const value = hexValue(text.charCodeAt(digit));
    if (value < 0) return PLAIN;
    codePoint = codePoint * 16 + value;
  }
  return { length: 6, codePoint };
}

function readPercentEscape(text: string, at: number): Escape | undefined {
  const first = readByte(text, at);
  if (first === undefined) return undefined;
  if (first < 0) return PLAIN;
  if (first < 0x80) return { length: 3, codePoint: first };
  const count = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return PLAIN;
  let codePoint = first & (0x7f >> count);
  for (let index = 1; index < count; index += 1) {
    const byte = readByte(text, at + index * 3);
    if (byte === undefined) return undefined;
    if (byte < 0x80 || byte > 0xbf) return PLAIN;
    codePoint = codePoint * 64 + (byte & 0x3f);
  }
  return codePoint > 0x10_ff_ff ? PLAIN : { length: count * 3, codePoint };
}

/** Decodes one `%XX`. Returns undefined if the text ends within it, and -1 if it is not valid. */
function readByte(text: string, at: number): number | undefined {
  if (at >= text.length) return undefined;
  if (text.charAt(at) !== "%") return -1;
  if (at + 1 >= text.length) return undefined;
  const high = hexValue(text.charCodeAt(at + 1));
  if (high < 0) return -1;
  if (at + 2 >= text.length) return undefined;
  const low = hexValue(text.charCodeAt(at + 2));
  return low < 0 ? -1 : high * 16 + low;
}

function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
