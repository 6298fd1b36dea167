export interface MatchedTextBounds {
  /** Alternating start and end offsets, merged. Flat, because a text may have millions of matches. */
  readonly bounds: readonly number[];
  /** Length of the longest suffix of the text that may continue as a match, or as a longer match, in the next chunk. */
  readonly pending: number;
}

/** Aho–Corasick, linear for all inputs. Ignores the case of A to Z, as in hosts. */
export class WordListMatcher {
  readonly #character: Uint16Array;
  readonly #firstChild: Int32Array;
  readonly #sibling: Int32Array;
  /** Aho–Corasick: each node's longest proper suffix that is also the prefix of a word. */
  readonly #fallback: Int32Array;
  readonly #depth: Int32Array;
  readonly #matchLength: Int32Array;
  readonly #starts = new Uint8Array(65_536);
  #size = 1;

  constructor(words: readonly string[]) {
    const maxNodes = words.reduce((sum, word) => sum + word.length, 1);
    this.#character = new Uint16Array(maxNodes);
    this.#firstChild = new Int32Array(maxNodes);
    this.#sibling = new Int32Array(maxNodes);
    this.#fallback = new Int32Array(maxNodes);
    this.#depth = new Int32Array(maxNodes);
    this.#matchLength = new Int32Array(maxNodes);
    for (const word of words) this.#add(word);
    this.#link();
  }

  has(text: string): boolean {
    let node = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = foldLetter(text.charCodeAt(at));
      if (node === 0 && this.#starts[character] === 0) continue;
      node = this.#next(node, character);
      if (this.#matchLength[node] !== 0) return true;
    }
    return false;
  }

  search(text: string): MatchedTextBounds {
    const bounds: number[] = [];
    let node = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = foldLetter(text.charCodeAt(at));
      if (node === 0 && this.#starts[character] === 0) continue;
      node = this.#next(node, character);
      const length = this.#matchLength[node] ?? 0;
      if (length > 0) addAndMergeMatchBounds(bounds, at + 1 - length, at + 1);
    }
    while (node !== 0 && this.#firstChild[node] === 0) node = this.#fallback[node] ?? 0;
    return { bounds, pending: this.#depth[node] ?? 0 };
  }

  #add(word: string): void {
    let node = 0;
    for (let at = 0; at < word.length; at += 1) {
      const character = foldLetter(word.charCodeAt(at));
      let child = this.#childOf(node, character);
      if (child === 0) {
        child = this.#size;
        this.#size += 1;
        this.#character[child] = character;
        this.#sibling[child] = this.#firstChild[node] ?? 0;
        this.#firstChild[node] = child;
        this.#depth[child] = at + 1;
      }
      node = child;
    }
    this.#matchLength[node] = word.length;
    if (word !== "") this.#starts[foldLetter(word.charCodeAt(0))] = 1;
  }

  /** Breadth-first: a node's link depends on nodes closer to the root. */
  #link(): void {
    const queue = new Int32Array(this.#size);
    let end = 1;
    for (let begin = 0; begin < end; begin += 1) {
      const node = queue[begin] ?? 0;
      for (let child = this.#firstChild[node] ?? 0; child !== 0; child = this.#sibling[child] ?? 0) {
        queue[end] = child;
        end += 1;
        const fallback = node === 0 ? 0 : this.#next(this.#fallback[node] ?? 0, this.#character[child] ?? 0);
        this.#fallback[child] = fallback;
        if (this.#matchLength[child] === 0) this.#matchLength[child] = this.#matchLength[fallback] ?? 0;
      }
    }
  }

  #next(from: number, character: number): number {
    let node = from;
    for (;;) {
      const child = this.#childOf(node, character);
      if (child !== 0 || node === 0) return child;
      node = this.#fallback[node] ?? 0;
    }
  }

  #childOf(node: number, character: number): number {
    let child = this.#firstChild[node] ?? 0;
    while (child !== 0 && this.#character[child] !== character) child = this.#sibling[child] ?? 0;
    return child;
  }
}

function foldLetter(character: number): number {
  return character >= 65 && character <= 90 ? character + 32 : character;
}

/** Adds a match, merged with overlapping and adjacent ones. Calls must be in ascending order of `to`. */
export function addAndMergeMatchBounds(bounds: number[], from: number, to: number): void {
  let [start, end] = [from, to];
  while (bounds.length > 0 && (bounds.at(-1) ?? 0) >= start) {
    start = Math.min(start, bounds.at(-2) ?? start);
    end = Math.max(end, bounds.at(-1) ?? end);
    bounds.length -= 2;
  }
  bounds.push(start, end);
}
