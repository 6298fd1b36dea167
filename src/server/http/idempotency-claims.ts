import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import {
  IN_PROGRESS_STATUS,
  type IdempotencyClaimRow,
  type StoredIdempotencyRow,
  findWritesOfIdempotencyClaim,
  insertIdempotencyClaim,
  releaseIdempotencyClaim,
  updateIdempotencyClaim,
} from "#server/store/idempotency-rows.ts";
import type { Store } from "#server/store/store.ts";
import {
  type KeyedRequest,
  type StorableAnswer,
  createRequestInFlightError,
  findEarlierRequest,
  replayStoredResponse,
} from "./once-per-idempotency-key.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";
import type { ReplayedIdempotentResponse } from "./endpoint-handlers.ts";

const RENEW_MS = 5000;
const RETRY_SECONDS = 5;
const RETRY_DELAYS_MS = [250, 1000, 4000];

interface ClaimDependencies {
  readonly store: Store;
  readonly logger: ServerLogger;
  readonly extras: boolean;
  readonly now: () => number;
}

/** For work that outlasts a transaction, such as runs; `runOncePerIdempotencyKey` is for work within one. */
export class IdempotencyClaims {
  readonly #context: ClaimDependencies;
  readonly #held = new Set<string>();

  constructor(context: ClaimDependencies) {
    this.#context = context;
  }

  /** Undefined without a key. Throws 409 while a server works on an earlier request with it. */
  async begin(
    operation: string,
    request: KeyedRequest,
  ): Promise<IdempotencyClaim | ReplayedIdempotentResponse | undefined> {
    const context = this.#context;
    if (request.headers.idempotencyKey === undefined || !context.extras) return undefined;
    const id = randomUUID();
    try {
      const begun = await context.store.write(async (tx) => {
        const found = await findEarlierRequest({ context, tx, operation }, request);
        if (!found) return undefined;
        const { earlier, ...rest } = found;
        if (earlier && earlier.status !== IN_PROGRESS_STATUS) return replayStoredResponse(earlier);
        if (earlier && this.#isInProgress(earlier)) throw createRequestInFlightError(RETRY_SECONDS);
        const row = { ...rest, body: id };
        await insertIdempotencyClaim(tx, row);
        this.#held.add(id);
        return { row, writes: earlier && findWritesOfIdempotencyClaim(earlier) };
      });
      if (!begun || "isReplay" in begun) return begun;
      return new IdempotencyClaim(context, { ...begun, onEnd: () => this.#held.delete(id) });
    } catch (error) {
      this.#held.delete(id);
      throw error;
    }
  }

  #isInProgress({ body, hasLapsed }: StoredIdempotencyRow): boolean {
    // Only one process opens an embedded store: it need not wait until the claim of an earlier process lapses.
    return this.#context.store.kind === "embedded" ? this.#held.has(body) : !hasLapsed;
  }
}

interface ClaimOptions {
  readonly row: IdempotencyClaimRow;
  readonly writes: string | undefined;
  readonly onEnd: () => void;
}

/** The right to work on a request with an `Idempotency-Key`. It lapses soon after its server dies. */
export class IdempotencyClaim {
  /** JSON that an earlier attempt at the request stored about its writes. */
  readonly writes: string | undefined;
  readonly #context: ClaimDependencies;
  readonly #row: IdempotencyClaimRow;
  readonly #onEnd: () => void;
  readonly #renewal: NodeJS.Timeout;
  readonly #lost = new AbortController();
  #hasEnded = false;

  constructor(context: ClaimDependencies, { row, writes, onEnd }: ClaimOptions) {
    this.writes = writes;
    this.#context = context;
    this.#row = row;
    this.#onEnd = onEnd;
    this.#renewal = setInterval(() => {
      void this.#write("could not renew the claim of a request; retrying", async (tx) => {
        if (!(await updateIdempotencyClaim(tx, row))) this.#lost.abort();
      });
    }, RENEW_MS);
    this.#renewal.unref();
  }

  /** Aborted when the claim has lapsed and another server has claimed the request, so that this work must end. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Stores JSON about the writes of `tx`, so that a later attempt at the request does not make them again. */
  async storeWrites(tx: DatabaseTransaction, headers: string): Promise<void> {
    if (!(await updateIdempotencyClaim(tx, this.#row, { headers }))) throw createRequestInFlightError();
  }

  /** Tries for some seconds, because otherwise a repeated request would repeat the effects of this one. */
  keep({ status, headers = {}, body }: StorableAnswer): Promise<void> {
    const createdAt = new Date(this.#context.now());
    const response = { status, headers: JSON.stringify(headers), body, createdAt };
    const store = async (tx: DatabaseTransaction) => {
      await updateIdempotencyClaim(tx, this.#row, response);
    };
    return this.#end("could not store a response for repeated requests", store, RETRY_DELAYS_MS);
  }

  /** Lets a repeated request run again, unless a response was stored. */
  release(): Promise<void> {
    return this.#end("could not release the claim of a request; it lapses soon", (tx) =>
      releaseIdempotencyClaim(tx, this.#row),
    );
  }

  async #end(
    failure: string,
    change: (tx: DatabaseTransaction) => Promise<void>,
    retryDelaysMs: readonly number[] = [],
  ): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    let isWritten = await this.#write(failure, change);
    for (const delay of isWritten ? [] : retryDelaysMs) {
      await wait(delay);
      isWritten = await this.#write(failure, change);
      if (isWritten) break;
    }
    clearInterval(this.#renewal);
    this.#onEnd();
  }

  /** Only logs a failure, which must not fail the request: its work is done. Returns whether it succeeded. */
  async #write(failure: string, change: (tx: DatabaseTransaction) => Promise<void>): Promise<boolean> {
    try {
      await this.#context.store.write(change);
      return true;
    } catch (error) {
      this.#context.logger.warn({ err: describeErrorForLog(error) }, failure);
      return false;
    }
  }
}
