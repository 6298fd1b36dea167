/** Records the events of a chaos run, so that a failed seed can be analyzed. */
export class ChaosScenarioEventLog {
  readonly #start = Date.now();
  readonly #lines: string[] = [];

  note(text: string): void {
    this.#lines.push(`${String(Date.now() - this.#start).padStart(6)} ms  ${text}`);
  }

  toString(): string {
    return this.#lines.join("\n");
  }
}

export async function runChaosScenarioWithEventLog<Outcome>(
  seed: number,
  play: (log: ChaosScenarioEventLog) => Promise<Outcome>,
): Promise<Outcome> {
  const log = new ChaosScenarioEventLog();
  try {
    return await play(log);
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`Seed ${seed}: ${reason}\n\n${String(log)}`, { cause: error });
  }
}
