const LONGEST = 60;

const DIRECTION_MARKS = /[\u202A-\u202E\u2066-\u2069]/g;

/** The blocks of Hebrew, Arabic, Syriac and the other right-to-left scripts in use, and the right-to-left mark. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08FF\u200F\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** Whether a text shows anything: a name can consist of spaces and zero-width characters (`DI`). */
export function hasVisibleText(text: string): boolean {
  return /[^\s\p{Cc}\p{DI}]/u.test(text);
}

/**
 * Quotes a name or short value for a sentence: truncated, on one line and without marks that change the text direction. A blank name is “Untitled”.
 */
export function quoteName(name: string): string {
  return `“${truncateNameToOneLine(name)}”`;
}

/** Shortens a name for a sentence that shows the name without quotes. See {@link quoteName}. */
export function truncateNameToOneLine(name: string): string {
  if (!hasVisibleText(name)) return "Untitled";
  const line = name.replaceAll(DIRECTION_MARKS, "").replaceAll(/[\s\p{Cc}]+/gu, " ");
  return isolateDirection(truncateLine(line.trim()));
}

function truncateLine(line: string): string {
  if (line.length <= LONGEST) return line;
  // Drops half of a surrogate pair, which would render as a box.
  const start = line.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, "");
  return `${start.trimEnd()}…`;
}

/**
 * Wraps a right-to-left text in Unicode isolates. Without them, the sentence around the text would change the order of
 * the numbers and words in it.
 */
function isolateDirection(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}
