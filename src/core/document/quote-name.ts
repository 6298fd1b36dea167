const LONGEST = 60;

const DIRECTION_MARKS = /[\u202A-\u202E\u2066-\u2069]/g;

/** The blocks of Hebrew, Arabic and the other right-to-left scripts, some as surrogates, and the right-to-left mark. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\u200F\uD802\uD803\uD83A\uD83B\uFB1D-\uFDFF\uFE70-\uFEFC]/;

/** Whether a text shows anything: a name can consist of spaces and zero-width characters (`DI`). */
export function hasVisibleText(text: string): boolean {
  return /[^\s\p{Cc}\p{DI}]/u.test(text);
}

/**
 * Quotes a name or short value for a sentence: truncated, on one line and without marks that change the text direction.
 * A blank name is “Untitled”.
 */
export function quoteName(name: string): string {
  return `“${truncateNameToOneLine(name)}”`;
}

/** Shortens a name for a sentence that shows the name without quotes. See {@link quoteName}. */
export function truncateNameToOneLine(name: string): string {
  if (!hasVisibleText(name)) return "Untitled";
  let line = name
    .replaceAll(DIRECTION_MARKS, "")
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  // Drops half of a surrogate pair, which would render as a box.
  if (line.length > LONGEST)
    line = `${line
      .slice(0, LONGEST - 1)
      .replace(/[\uD800-\uDBFF]$/, "")
      .trimEnd()}…`;
  // Isolates a right-to-left text: the sentence around it would change the order of the numbers and words in it.
  return RIGHT_TO_LEFT.test(line) ? `\u2068${line}\u2069` : line;
}
