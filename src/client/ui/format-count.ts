const plain = new Intl.NumberFormat();
const plural = new Intl.PluralRules("en");

/** “1 step”, “1,204 steps”. The plural is the singular with an s unless given. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${plural.select(count) === "one" ? one : many}`;
}

/** A number in the reader's locale. */
export function formatNumber(value: number): string {
  return plain.format(value);
}
