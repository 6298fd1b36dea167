/**
 * Records every text that users wrote. A test can then prove that a missing text was removed by a user who had seen it.
 */
export class WrittenAndRemovedTextRegistry {
  readonly #written = new Map<string, string>();
  /** Maps each text to the users who saw and removed it: by replacing, deleting or undoing, or in a conflict. */
  readonly #letGo = new Map<string, Set<string>>();

  get size(): number {
    return this.#written.size;
  }

  write(text: string, by: string): void {
    this.#written.set(text, by);
  }

  letGo(texts: Iterable<string>, by: string): void {
    for (const text of texts) {
      const users = this.#letGo.get(text) ?? new Set();
      this.#letGo.set(text, users.add(by));
    }
  }

  takeBack(texts: Iterable<string>, by: string): void {
    for (const text of texts) this.#letGo.get(text)?.delete(by);
  }

  isOf(text: string, by: string): boolean {
    return this.#written.get(text) === by;
  }

  findIn(shown: string): readonly string[] {
    return [...this.#written.keys()].filter((text) => shown.includes(text));
  }

  findLost(present: ReadonlySet<string>): readonly string[] {
    return [...this.#written.keys()].filter(
      (text) => !present.has(text) && (this.#letGo.get(text)?.size ?? 0) === 0,
    );
  }
}
