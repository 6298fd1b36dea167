/** What happened in a round, line by line, so that a seed that fails can be read. */
export class StormLog {
  readonly #start = Date.now();
  readonly #lines: string[] = [];

  note(text: string): void {
    this.#lines.push(`${String(Date.now() - this.#start).padStart(6)} ms  ${text}`);
  }

  toString(): string {
    return this.#lines.join("\n");
  }
}

/** Plays the round of a seed; where it fails, the error says the seed and all that was done. */
export async function playSeed<Outcome>(
  seed: number,
  play: (log: StormLog) => Promise<Outcome>,
): Promise<Outcome> {
  const log = new StormLog();
  try {
    return await play(log);
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`Seed ${seed}: ${reason}\n\n${String(log)}`, { cause: error });
  }
}
