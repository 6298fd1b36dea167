/** UTF-16 offsets in the original text; `to` is exclusive. */
export type MatchedRange = readonly [from: number, to: number];

export interface FuzzyMatch {
  /** 0 to 110; a higher score is a better match. */
  readonly score: number;
  readonly ranges: readonly MatchedRange[];
}

/** `folded` has no case and no accents; `offsets` holds each character's position in `text`. */
export interface FoldedText {
  readonly text: string;
  readonly folded: string;
  /** Undefined if the offsets are the same in both texts. */
  readonly offsets: readonly number[] | undefined;
}

/** Maximum number of characters of a text that are matched, to limit the time that a long name takes. */
const MAX_LENGTH = 200;
const MAX_QUERY_LENGTH = 60;

export function foldText(text: string): FoldedText {
  const start = text.slice(0, MAX_LENGTH);
  // oxlint-disable-next-line no-control-regex
  if (/^[\0-\x7f]*$/.test(start)) return { text, folded: start.toLowerCase(), offsets: undefined };
  let folded = "";
  const offsets: number[] = [];
  let at = 0;
  for (const character of start) {
    const plain = character.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
    for (let unit = 0; unit < plain.length; unit++) offsets.push(at);
    folded += plain;
    at += character.length;
  }
  return { text, folded, offsets: [...offsets, at] };
}

export function splitQuery(query: string): readonly string[] {
  return foldText(query.slice(0, MAX_QUERY_LENGTH)).folded.split(/\s+/).filter(Boolean);
}

/** Best at the start of the text, then of a word, inside a word, as separate letters. Undefined without a match. */
export function matchFuzzily(words: readonly string[], target: FoldedText): FuzzyMatch | undefined {
  return match(words, target, (word) => findWord(word, target.folded) ?? findLetters(word, target.folded));
}

/** Like {@link matchFuzzily}, but without matches of separate letters: these are meaningless in a list of words. */
export function matchWords(words: readonly string[], target: FoldedText): FuzzyMatch | undefined {
  return match(words, target, (word) => findWord(word, target.folded));
}

function match(
  words: readonly string[],
  target: FoldedText,
  find: (word: string) => FuzzyMatch | undefined,
): FuzzyMatch | undefined {
  let sum = 0;
  const ranges: MatchedRange[] = [];
  for (const word of words) {
    const found = find(word);
    if (!found) return undefined;
    sum += found.score;
    ranges.push(...found.ranges);
  }
  if (words.length === 0) return { score: 0, ranges: [] };
  const lengthPenalty = Math.min(5, target.folded.length / 20);
  return { score: sum / words.length - lengthPenalty, ranges: mergeRanges(ranges, target.offsets) };
}

function findWord(word: string, folded: string): FuzzyMatch | undefined {
  let best: FuzzyMatch | undefined;
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
    const score = at === 0 ? (word.length === folded.length ? 110 : 100) : isWordStart(folded, at) ? 90 : 70;
    if (!best || score > best.score) best = { score, ranges: [[at, at + word.length]] };
    if (score >= 90) break;
  }
  return best;
}

const AT_WORD_START = 8;
const NEXT_LETTER = 6;
const AFTER_GAP = -1;
/** Smallest average score of a letter: rejects letters that are scattered over the text. */
const MIN_AVERAGE_SCORE = 4.5;
const NO_SCORE = Number.NEGATIVE_INFINITY;

/** Finds the best way to match the letters of the word in order, by dynamic programming over both texts. */
function findLetters(word: string, folded: string): FuzzyMatch | undefined {
  if (word.length < 2 || word.length > folded.length || !hasLettersInOrder(word, folded)) return undefined;
  const width = folded.length;
  const cameFrom: Int16Array[] = [];
  let previousScores: number[] = [];
  for (let letter = 0; letter < word.length; letter++) {
    const from = new Int16Array(width).fill(-1);
    const scores: number[] = Array.from({ length: width }, () => NO_SCORE);
    let bestBefore = NO_SCORE;
    let bestBeforeAt = -1;
    for (let at = letter; at < width; at++) {
      const twoBack = previousScores[at - 2];
      if (twoBack !== undefined && twoBack > bestBefore) [bestBefore, bestBeforeAt] = [twoBack, at - 2];
      if (folded[at] !== word[letter]) continue;
      const begins = isWordStart(folded, at);
      if (letter === 0) {
        if (begins) scores[at] = AT_WORD_START;
        continue;
      }
      const adjacent = (previousScores[at - 1] ?? NO_SCORE) + NEXT_LETTER;
      const apart = bestBefore + (begins ? AT_WORD_START : AFTER_GAP);
      scores[at] = Math.max(adjacent, apart);
      from[at] = adjacent >= apart ? at - 1 : bestBeforeAt;
    }
    cameFrom.push(from);
    previousScores = scores;
  }
  let end = 0;
  for (const [at, score] of previousScores.entries()) if (score > (previousScores[end] ?? NO_SCORE)) end = at;
  const average = (previousScores[end] ?? NO_SCORE) / word.length;
  if (average < MIN_AVERAGE_SCORE) return undefined;
  const ranges: MatchedRange[] = [];
  let at = end;
  for (const from of cameFrom.toReversed()) {
    ranges.unshift([at, at + 1]);
    at = from[at] ?? -1;
  }
  return { score: Math.min(60, 20 + 5 * average), ranges };
}

function hasLettersInOrder(word: string, folded: string): boolean {
  let at = -1;
  for (const letter of word.split("")) {
    at = folded.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}

function isWordStart(folded: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(folded[at - 1] ?? "");
}

function mergeRanges(
  ranges: readonly MatchedRange[],
  offsets: FoldedText["offsets"],
): readonly MatchedRange[] {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return offsets ? merged.map(([from, to]) => [offsets[from] ?? 0, offsets[to] ?? 0] as const) : merged;
}
