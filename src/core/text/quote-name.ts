const MAX_LENGTH = 60;

const DIRECTION_MARKS = /[\u202A-\u202E\u2066-\u2069]/g;

/** The last range also includes other scripts, whose names isolates do not change. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\u200F\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{1EFFF}]/u;

/** Whether a text shows anything: a name can consist of spaces and zero-width characters (`DI`). */
export function hasVisibleText(text: string): boolean {
  return /[^\s\p{Cc}\p{DI}]/u.test(text);
}

/** Truncated, on one line and without marks that change the text direction. A blank name is “Untitled”. */
export function quoteName(name: string): string {
  return `“${truncateNameToOneLine(name)}”`;
}

/** Quotes a value for a sentence like {@link quoteName}, but leaves a blank value blank. */
export function quoteValue(value: string): string {
  return `“${truncateToOneLine(value)}”`;
}

/** Shortens a name for a sentence that shows the name without quotes. See {@link quoteName}. */
export function truncateNameToOneLine(name: string): string {
  return truncateToOneLine(hasVisibleText(name) ? name : "Untitled");
}

function truncateToOneLine(text: string): string {
  const line = text
    .replace(DIRECTION_MARKS, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  // Drops half of a surrogate pair, which would render as a box.
  const start = line.slice(0, MAX_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, "");
  const short = line.length > MAX_LENGTH ? `${start.trimEnd()}…` : line;
  // Isolates a right-to-left text: the sentence around it would otherwise reorder its numbers and words.
  return RIGHT_TO_LEFT.test(short) ? `\u2068${short}\u2069` : short;
}
