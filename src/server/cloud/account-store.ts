import { createHash } from "node:crypto";
import type { ServerConfig } from "#server/config/config.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";
import { waitAtMost } from "#server/domain/wait-at-most.ts";
import { HttpError } from "#server/http/http-error.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import { StartupError } from "#server/domain/startup-error.ts";
import type { Store } from "#server/store/store.ts";

/** Limits how long lists of flows wait for a store that opens slowly, such as one that another server may still use. */
const READ_PATIENCE_MS = 10_000;

export interface AccountStoreOptions {
  readonly account: Pick<NonNullable<ServerConfig["upstream"]>, "url" | "key">;
  /** Opens the store, or creates it. Called at most once. */
  readonly open: (onLost: (error: Error) => void) => Promise<Store>;
  /** Whether there is a store, which reads must then open. */
  readonly exists: () => boolean;
  /** Returns why no store can be created; undefined if it probably can. */
  readonly findObstacle: () => string | undefined;
  readonly logger: ServerLogger;
}

/**
 * The server's own store, for data that the connected API has no place for. Opened when it is first needed. If that
 * fails, it is not tried again before the server restarts.
 */
export class AccountStore {
  /** Keeps the data of each connected account apart. A new key is another account. */
  readonly organizationId: string;
  readonly #options: AccountStoreOptions;
  #opening: Promise<Store> | undefined;
  #problem: string | undefined;

  constructor(options: AccountStoreOptions) {
    const { url, key } = options.account;
    const hash = createHash("sha256")
      .update(JSON.stringify([url, key]))
      .digest("hex");
    this.organizationId = `account_${hash.slice(0, 32)}`;
    this.#options = options;
  }

  /** Returns why the store cannot be used; undefined if it can. Opens a store that exists, but creates none. */
  async findProblem(): Promise<string | undefined> {
    if (!this.#isNeededForReads()) return this.#options.findObstacle();
    return this.#openForRead().then(
      () => undefined,
      (error: Error) => error.message,
    );
  }

  /** Returns the store if it is open or can be opened without creating it. */
  async findStore(): Promise<Store | undefined> {
    return this.#isNeededForReads() ? this.#openForRead().catch(() => undefined) : undefined;
  }

  /** Returns `empty` if there is no store yet. Throws 409 if it cannot be created, or not be opened soon. */
  async read<T>(work: (store: Store) => Promise<T>, empty: T): Promise<T> {
    if (this.#isNeededForReads()) return work(await this.#openForRead());
    const obstacle = this.#options.findObstacle();
    if (obstacle !== undefined) throw createUnavailableError(obstacle);
    return empty;
  }

  /** Throws 409 if the store cannot be opened. */
  async open(): Promise<Store> {
    this.#opening ??= this.#options.open((error) => this.#note(error));
    try {
      const store = await this.#opening;
      if (this.#problem === undefined) return store;
    } catch (error) {
      this.#note(error);
    }
    throw createUnavailableError(this.#problem ?? UNUSABLE);
  }

  /** Leaves a lost store alone: closing it would write to files that another server uses. */
  async close(): Promise<void> {
    if (this.#problem !== undefined) return;
    const store = await this.#opening?.catch(() => undefined);
    await store?.close();
  }

  async #openForRead(): Promise<Store> {
    const store = await waitAtMost(READ_PATIENCE_MS, this.open());
    if (!store) throw createUnavailableError("The store is still being opened. Retry in a moment.");
    return store;
  }

  #isNeededForReads(): boolean {
    return this.#opening !== undefined || this.#options.exists();
  }

  #note(error: unknown): void {
    if (this.#problem !== undefined) return;
    this.#problem = error instanceof StartupError ? error.message : UNUSABLE;
    this.#options.logger.warn({ err: describeErrorForLog(error) }, "the store cannot be used");
  }
}

/** Status 409, because 503 leaves open whether the request was processed, and invites retries. */
function createUnavailableError(message: string): HttpError {
  return new HttpError(409, message, [{ message, code: "STORE_UNAVAILABLE" }]);
}

const UNUSABLE = "The store cannot be used. See the server’s log.";
