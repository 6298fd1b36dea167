import { type MatchedTextBounds, addAndMergeMatchBounds } from "./word-list-matcher.ts";

/** Place of a text that is searched in parts. */
interface TextPart {
  /** The character before the text. */
  readonly before?: string;
  /** Whether more text follows, so that a word at the end may not stand alone. */
  readonly isPart?: boolean;
}

/** Without a letter, digit or underscore beside them. Ignores the case of A to Z. Linear for short words. */
export class StandaloneWordMatcher {
  readonly #words: ReadonlySet<string>;
  readonly #prefixes: ReadonlySet<string>;
  readonly #starts = new Uint8Array(65_536);
  readonly #maxLength: number;

  constructor(words: readonly string[]) {
    const folded = words.map(foldLetters);
    this.#words = new Set(folded);
    this.#prefixes = new Set(folded.flatMap(listPrefixes));
    this.#maxLength = Math.max(0, ...folded.map(({ length }) => length));
    for (const word of folded)
      for (const letter of [word, word.toUpperCase()]) this.#starts[letter.charCodeAt(0)] = 1;
  }

  search(text: string, { before = "", isPart = false }: TextPart = {}): MatchedTextBounds {
    const bounds: number[] = [];
    let pending = 0;
    for (let at = 0; at < text.length; at += 1) {
      if (this.#starts[text.charCodeAt(at)] === 0) continue;
      if (isWordCharacter(at === 0 ? before : text.charAt(at - 1))) continue;
      let found = 0;
      const longest = Math.min(this.#maxLength, text.length - at);
      for (let length = 1; length <= longest; length += 1) {
        const prefix = foldLetters(text.slice(at, at + length));
        if (!this.#prefixes.has(prefix)) break;
        if (isPart && at + length === text.length) pending = Math.max(pending, length);
        else if (this.#words.has(prefix) && !isWordCharacter(text.charAt(at + length))) found = length;
      }
      if (found > 0) addAndMergeMatchBounds(bounds, at, at + found);
    }
    return { bounds, pending };
  }
}

function listPrefixes(word: string): readonly string[] {
  return Array.from({ length: word.length }, (_, index) => word.slice(0, index + 1));
}

function foldLetters(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function isWordCharacter(character: string): boolean {
  return /[\p{L}\p{M}\p{N}_]/u.test(character);
}
