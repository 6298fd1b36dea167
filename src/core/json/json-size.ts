/** Size of a JSON text and of its parsed value, measured without parsing it. */
export interface JsonSize {
  /** Number of values, those in lists and objects and the whole included; keys do not count. */
  readonly values: number;
  /** Levels of nested lists and objects; 0 for a text, number, boolean or null. */
  readonly depth: number;
  /** Bytes of the text as V8 keeps it: one per character, or two if any character is beyond Latin-1. */
  readonly bytes: number;
}

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const LAST_SPACE = 32;
const LAST_LATIN_1 = 255;
const isOpening = (code: number) => code === 91 || code === 123;
const isClosing = (code: number) => code === 93 || code === 125;

/** Measures a JSON text in one pass. For a text that is not JSON, the values are those that a parser would reach at most. */
export function measureJsonSize(text: string): JsonSize {
  let values = 1;
  let depth = 0;
  let deepest = 0;
  let isFirst = false;
  let isWide = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= LAST_SPACE) continue;
    if (code > LAST_LATIN_1) isWide = true;
    // Counts an item at its comma, and the first item of a list or object at its first character.
    if (code === COMMA || (isFirst && !isClosing(code))) values += 1;
    isFirst = isOpening(code);
    if (isFirst) deepest = Math.max(deepest, (depth += 1));
    else if (isClosing(code)) depth -= 1;
    else if (code === QUOTE) {
      for (at += 1; at < text.length; at += 1) {
        const inside = text.charCodeAt(at);
        if (inside === QUOTE) break;
        if (inside === BACKSLASH) at += 1;
        else if (inside > LAST_LATIN_1) isWide = true;
      }
    }
  }
  return { values, depth: deepest, bytes: text.length * (isWide ? 2 : 1) };
}

/** Bytes that a parsed value takes in V8's heap on average; an empty object with its place in a list takes 64. */
export const HEAP_BYTES_PER_VALUE = 64;

/** For the text, its parsed value, and one copy: of a string value, or of what an answer repeats. */
export function estimateJsonHeapBytes({ values, bytes }: JsonSize): number {
  return values * HEAP_BYTES_PER_VALUE + 2 * bytes;
}
