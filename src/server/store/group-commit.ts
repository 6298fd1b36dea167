import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database, DatabaseTransaction } from "./database.ts";
import type { EmbeddedFlowChanges } from "./flow-changes.ts";

/** No write joins a transaction later, because reads wait for its end. */
const GROUP_MS = 30;

interface WaitingWrite {
  run(tx: DatabaseTransaction): Promise<void>;
  succeed(): void;
  fail(error: unknown): void;
}

/** Concurrent writes share one `fsync`. Each has its own savepoint: a failed write changes nothing. */
export class GroupCommit {
  readonly #database: Database;
  readonly #flowChanges: EmbeddedFlowChanges;
  readonly #groupMs: number;
  readonly #waiting: WaitingWrite[] = [];
  #isRunning = false;

  constructor(database: Database, flowChanges: EmbeddedFlowChanges, groupMs = GROUP_MS) {
    this.#groupMs = groupMs;
    this.#database = database;
    this.#flowChanges = flowChanges;
  }

  /** Resolves when the writes of `work` are durable. */
  write<T>(work: (tx: DatabaseTransaction) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: T;
      this.#waiting.push({
        run: async (tx) => {
          result = await work(tx);
        },
        succeed: () => resolve(result),
        fail: reject,
      });
      if (!this.#isRunning) void this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    this.#isRunning = true;
    for (let first = this.#waiting.shift(); first; first = this.#waiting.shift()) {
      await this.#commitGroup(first);
      // PGlite never waits for I/O, so consecutive writes of a batch would block all requests.
      await nextTurn();
    }
    this.#isRunning = false;
  }

  async #commitGroup(first: WaitingWrite): Promise<void> {
    const group: WaitingWrite[] = [first];
    const failed = new Set<WaitingWrite>();
    try {
      // A write that is alone needs no savepoint.
      if (this.#waiting.length === 0) await this.#transact((tx) => first.run(tx));
      else {
        await this.#transact(async (tx) => {
          const end = performance.now() + this.#groupMs;
          let next: WaitingWrite | undefined = first;
          while (next) {
            const write: WaitingWrite = next;
            await tx
              .transaction((inner) => write.run(inner))
              .catch((error: unknown) => {
                failed.add(write);
                write.fail(error);
              });
            next = performance.now() < end ? this.#waiting.shift() : undefined;
            if (next) group.push(next);
          }
        });
      }
      for (const write of group) if (!failed.has(write)) write.succeed();
    } catch (error) {
      for (const write of group) write.fail(error);
    }
  }

  #transact(work: (tx: DatabaseTransaction) => Promise<void>): Promise<void> {
    return this.#flowChanges.around(() => this.#database.transaction(work));
  }
}
