import type { StepContent } from "./index-entry.ts";

/** A step's content takes about as much memory again as its text. */
const MAX_CHARACTERS = 4_000_000;

/** By the text of the step, so that a save parses and describes only the changed steps of a flow. */
export class ContentCache {
  readonly #maxCharacters: number;
  #recent = new Map<string, StepContent>();
  /** Replaced by the recent half when that is full: what was not used in between is dropped. */
  #older = new Map<string, StepContent>();
  #recentCharacters = 0;

  constructor(maxCharacters = MAX_CHARACTERS) {
    this.#maxCharacters = maxCharacters;
  }

  find(text: string): StepContent | undefined {
    const recent = this.#recent.get(text);
    if (recent) return recent;
    const older = this.#older.get(text);
    if (older) this.add(text, older);
    return older;
  }

  add(text: string, content: StepContent): void {
    this.#recentCharacters += text.length;
    if (this.#recentCharacters > this.#maxCharacters / 2) {
      this.#older = this.#recent;
      this.#recent = new Map();
      this.#recentCharacters = text.length;
    }
    this.#recent.set(text, content);
  }
}
