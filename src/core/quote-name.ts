const LONGEST = 60;

/** Marks that turn the direction of the text around them, and everything that breaks a line. */
const UNRULY = /[\u202A-\u202E\u2066-\u2069]|\s+/g;

/**
 * A flow's or step's name, or a short value, within a sentence: in quotation marks, and cut where it would bury the
 * sentence. A name is data: it neither turns the sentence around nor breaks it into lines.
 */
export function quoteName(name: string): string {
  return `“${cutName(name)}”`;
}

/** The same without quotation marks. */
export function cutName(name: string): string {
  const line = name.replaceAll(UNRULY, (mark) => (mark.trim() === "" ? " " : ""));
  if (line.length <= LONGEST) return line;
  // Half of a letter that takes two units would be a box.
  const start = line.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, "");
  return `${start.trimEnd()}…`;
}
