/** What became of every text that somebody wrote, so that none can be gone without having been shown to whoever let it go. */
export class Ledger {
  /** By text, whose it is. */
  readonly #written = new Map<string, string>();
  /** By text, who saw it and let it go: replaced it, took it away, undid it, or chose another over it. */
  readonly #letGo = new Map<string, Set<string>>();

  get size(): number {
    return this.#written.size;
  }

  write(text: string, by: string): void {
    this.#written.set(text, by);
  }

  letGo(texts: Iterable<string>, by: string): void {
    for (const text of texts) {
      const seers = this.#letGo.get(text) ?? new Set();
      this.#letGo.set(text, seers.add(by));
    }
  }

  /** It stands again where this one had let it go. */
  takeBack(texts: Iterable<string>, by: string): void {
    for (const text of texts) this.#letGo.get(text)?.delete(by);
  }

  isOf(text: string, by: string): boolean {
    return this.#written.get(text) === by;
  }

  /** Texts of others or their own that somebody finds in what is shown to them. */
  findIn(shown: string): readonly string[] {
    return [...this.#written.keys()].filter((text) => shown.includes(text));
  }

  /** The texts that are neither there nor were let go by anybody. */
  findLost(there: ReadonlySet<string>): readonly string[] {
    return [...this.#written.keys()].filter(
      (text) => !there.has(text) && (this.#letGo.get(text)?.size ?? 0) === 0,
    );
  }
}
