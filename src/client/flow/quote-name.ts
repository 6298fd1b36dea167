const LONGEST = 60;

/** A flow's or step's name within a sentence: in quotation marks, and cut where it would bury the sentence. */
export function quoteName(name: string): string {
  return `“${name.length > LONGEST ? `${name.slice(0, LONGEST - 1).trimEnd()}…` : name}”`;
}
