const LOG_AFTER_MS = 1000;
const LOG_EVERY_MS = 5000;

/** Before a server is ready or in the background: shown by `/healthz`, the starting page and the log. */
export class StartProgress {
  readonly #monotonic: () => number;
  #log: ((text: string) => void) | undefined;
  #logAt: number;
  #text: string | undefined;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
    this.#logAt = monotonic() + LOG_AFTER_MS;
  }

  get text(): string | undefined {
    return this.#text;
  }

  logTo(log: (text: string) => void): void {
    this.#log = log;
  }

  /** `text` is a short phrase that ends with “…”; undefined means that nothing is left to do. */
  report(text: string | undefined): void {
    this.#text = text;
    const now = this.#monotonic();
    if (text === undefined || now < this.#logAt) return;
    this.#logAt = now + LOG_EVERY_MS;
    this.#log?.(text);
  }
}
