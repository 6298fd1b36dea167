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
/** The same after a failure, so that reads stay fast during an outage. */
const RETRY_PATIENCE_MS = 1000;
const RETRY_MS = 30_000;

export interface AccountStoreOptions {
  readonly account: Pick<NonNullable<ServerConfig["upstream"]>, "url" | "key">;
  /** Opens the store, or creates it. Called again after a failure. */
  readonly open: (onLost: (error: Error) => void) => Promise<Store>;
  /** Whether there is a store, which reads must then open. */
  readonly exists: () => boolean;
  /** Returns why no store can be created; undefined if it probably can. */
  readonly findObstacle: () => string | undefined;
  readonly logger: ServerLogger;
}

/** Opened when it is first needed; after a failure again, after 30 s at the earliest. */
export class AccountStore {
  /** Keeps the data of each connected account apart. A new key is another account. */
  readonly organizationId: string;
  readonly #options: AccountStoreOptions;
  #opening: Promise<Store> | undefined;
  #isCreating = false;
  #retryAt = Infinity;
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

  /** Opens or creates the store. Throws 409 if that fails. */
  async open(): Promise<Store> {
    this.#forgetEarlierFailure();
    this.#opening ??= this.#tryToOpen();
    const store = await this.#opening.catch(() => undefined);
    if (store && this.#problem === undefined) return store;
    throw createUnavailableError(this.#problem ?? UNUSABLE);
  }

  /** Leaves a lost store alone: closing it would write to files that another server uses. */
  async close(): Promise<void> {
    const store = await this.#opening?.catch(() => undefined);
    if (this.#problem === undefined) await store?.close();
  }

  async #tryToOpen(): Promise<Store> {
    this.#isCreating = !this.#options.exists();
    try {
      const store = await this.#options.open((error) => this.#note(error));
      this.#problem = undefined;
      return store;
    } catch (error) {
      this.#retryAt = performance.now() + RETRY_MS;
      this.#note(error);
      throw error;
    } finally {
      this.#isCreating = false;
    }
  }

  async #openForRead(): Promise<Store> {
    const patience = this.#problem === undefined ? READ_PATIENCE_MS : RETRY_PATIENCE_MS;
    const store = await waitAtMost(patience, this.open());
    if (store) return store;
    throw createUnavailableError(this.#problem ?? "The store is still being opened. Retry in a moment.");
  }

  /** Is false while the store is being created: it holds nothing yet. */
  #isNeededForReads(): boolean {
    this.#forgetEarlierFailure();
    return (this.#opening !== undefined && !this.#isCreating) || this.#options.exists();
  }

  #forgetEarlierFailure(): void {
    if (performance.now() < this.#retryAt) return;
    this.#retryAt = Infinity;
    this.#opening = undefined;
  }

  #note(error: unknown): void {
    const before = this.#problem;
    this.#problem = error instanceof StartupError ? error.message : UNUSABLE;
    if (this.#problem !== before)
      this.#options.logger.warn({ err: describeErrorForLog(error) }, "the store cannot be used");
  }
}

/** Status 409, because 503 leaves open whether the request was processed, and invites retries. */
function createUnavailableError(message: string): HttpError {
  return new HttpError(409, message, [{ message, code: "STORE_UNAVAILABLE" }]);
}

const UNUSABLE = "The store cannot be used. See the server’s log.";
