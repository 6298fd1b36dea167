import { setImmediate as nextTurn } from "node:timers/promises";
import type { RecordAttemptKey } from "#server/store/record-queue.ts";

interface Checkpoint {
  readonly attempt: RecordAttemptKey;
  readonly json: string;
}

interface CheckpointSave extends Checkpoint {
  readonly resolve: (isHeld: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Group commit: checkpoints saved during a write share the next transaction and its sync. */
export class CheckpointBatcher {
  readonly #store: (group: readonly Checkpoint[]) => Promise<ReadonlySet<string>>;
  readonly #queue: CheckpointSave[] = [];
  #isServing = false;

  /** `store` stores checkpoints in one transaction, and resolves to the execution ids of those still running. */
  constructor(store: (group: readonly Checkpoint[]) => Promise<ReadonlySet<string>>) {
    this.#store = store;
  }

  /** False if another worker has the record. Rejects if the store is away or refuses the value. */
  save(attempt: RecordAttemptKey, json: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ attempt, json, resolve, reject });
      if (!this.#isServing) void this.#serve();
    });
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    while (this.#queue.length > 0) {
      // Waits one turn, so that runs that the last write released can add their next checkpoint to the group.
      await nextTurn();
      await this.#write(this.#queue.splice(0));
    }
    this.#isServing = false;
  }

  /** If a group cannot be stored, stores its checkpoints one by one, so that a bad one does not fail the others. */
  async #write(group: readonly CheckpointSave[]): Promise<void> {
    try {
      const held = await this.#store(group);
      for (const { attempt, resolve } of group) resolve(held.has(attempt.executionId));
    } catch (error) {
      if (group.length > 1) for (const save of group) await this.#write([save]);
      else for (const { reject } of group) reject(error);
    }
  }
}
