/** Some letters become eighteen; an index takes no entry of more than 2,700 bytes. */
const MAX_KEY = 500;

/** A name as it is sorted and searched: without marks and case, the same on every store and in every locale. */
export function nameKey(name: string): string {
  const key = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return Array.from(key).slice(0, MAX_KEY).join("");
}

/** Scripts that write words without spaces between them. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** The first one and two letters of each word of a name key. In scripts without spaces every letter begins a word. */
export function nameStarts(key: string): string[] {
  const starts = new Set<string>();
  for (const word of key.match(/[\p{L}\p{N}]+/gu) ?? []) {
    const letters = Array.from(word);
    letters.forEach((letter, index) => {
      if (index > 0 && !UNSPACED.test(letter)) return;
      starts.add(letter);
      if (index + 1 < letters.length) starts.add(letters.slice(index, index + 2).join(""));
    });
  }
  return [...starts];
}
