/** Formats a count with its noun for an English sentence: “1 step”, “1,204 steps”. */
export function formatCountWithNoun(count: number, one: string, many = `${one}s`): string {
  return `${formatCountInEnglish(count)} ${count === 1 ? one : many}`;
}

export function formatCountInEnglish(count: number): string {
  // Small numbers look the same, and a formatter takes a millisecond.
  return count < 1000 ? String(count) : count.toLocaleString("en-GB");
}
