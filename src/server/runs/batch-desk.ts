import type { JsonObject } from "#core/json.ts";
import { parseSteps } from "#server/flows/arrange-steps.ts";
import type { BatchKey } from "#server/store/batch-record-rows.ts";
import { findBatchSteps } from "#server/store/batch-rows.ts";
import { sqlState } from "#server/store/sql-state.ts";
import type { BatchNews } from "./batch-news.ts";
import { type EndedRun, failedRun } from "./end-records.ts";
import { type ClaimedRecord, exchangeRecords } from "./exchange-records.ts";
import type { RunContext } from "./run-context.ts";

/** Bytes of outputs that go into one transaction, unless one record alone has more. */
const MOST_BYTES = 1024 * 1024;

/** The longest that those who are here wait for those who are out. */
const MOST_WAIT_MS = 20;

const UNSTORABLE =
  "What its steps did could not be stored, and is done all the same: look at what they changed before you run it again.";

/** A record that a worker hands in. */
export interface HandedIn {
  readonly claimed: ClaimedRecord;
  readonly run: EndedRun;
}

interface Visit {
  readonly ended: HandedIn | undefined;
  readonly wantsNext: boolean;
  readonly resolve: (next: ClaimedRecord | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Where the workers that this server has on one batch hand in what they ended and get what comes next. Those who come at
 * about the same time share a transaction: what one costs, its sync above all, is paid once for all of them.
 */
export class BatchDesk {
  /** Set once the batch was heard to be cancelled: what was claimed just before is not to be begun. */
  isCancelled = false;
  /** Those who work on the batch here. */
  workers = 0;
  readonly #context: RunContext;
  readonly #news: BatchNews;
  readonly #key: BatchKey;
  readonly #queue: Visit[] = [];
  #isServing = false;
  #whenAllAreHere: (() => void) | undefined;
  #lastMs = 0;
  #after = -1;
  #steps: Promise<readonly JsonObject[]> | undefined;

  constructor(context: RunContext, news: BatchNews, key: BatchKey) {
    this.#context = context;
    this.#news = news;
    this.#key = key;
  }

  /** The steps that the batch began with, read once. */
  steps(): Promise<readonly JsonObject[]> {
    const { organizationId, batchId } = this.#key;
    this.#steps ??= findBatchSteps(this.#context.store.database, organizationId, batchId).then(
      (text) => parseSteps(text ?? "[]"),
      (error: unknown) => {
        this.#steps = undefined;
        throw error;
      },
    );
    return this.#steps;
  }

  /** Resolves once what was handed in is stored; undefined where there is no record to be had, or none is wanted. */
  visit(ended: HandedIn | undefined, wantsNext: boolean): Promise<ClaimedRecord | undefined> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ ended, wantsNext, resolve, reject });
      if (this.#queue.length >= this.workers) this.#whenAllAreHere?.();
      if (!this.#isServing) void this.#serve();
    });
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    while (this.#queue.length > 0) {
      await this.#gather();
      const begun = performance.now();
      await this.#serveGroup(this.#queue.splice(0, this.#countNext()));
      this.#lastMs = Math.min(performance.now() - begun, MOST_WAIT_MS);
    }
    this.#isServing = false;
  }

  /** Waits for those who are out, though no longer than a transaction of their own would take. */
  #gather(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#queue.length >= this.workers ? 0 : this.#lastMs);
      this.#whenAllAreHere = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** How many of those who wait share a transaction. */
  #countNext(): number {
    let bytes = 0;
    const isTooMuch = ({ ended }: Visit) => (bytes += ended?.run.bytes ?? 0) > MOST_BYTES;
    const first = this.#queue.findIndex(isTooMuch);
    return first === -1 ? this.#queue.length : Math.max(first, 1);
  }

  /** What fails together is tried once more one by one, so that nobody fails by what others brought. */
  async #serveGroup(group: readonly Visit[]): Promise<void> {
    try {
      await this.#exchange(group);
    } catch (error) {
      if (group.length > 1) for (const visit of group) await this.#serveGroup([visit]);
      else for (const visit of group) await this.#giveWay(visit, error);
    }
  }

  /** What no store takes is not to be run again for that: all that its steps did would be done once more. */
  async #giveWay(visit: Visit, error: unknown): Promise<void> {
    const { ended, reject } = visit;
    if (!ended || !isUnstorable(error) || ended.run.steps.length === 0) return reject(error);
    await this.#serveGroup([{ ...visit, ended: { ...ended, run: failedRun(UNSTORABLE) } }]);
  }

  async #exchange(group: readonly Visit[]): Promise<void> {
    const ended = group.flatMap(({ ended }) =>
      ended ? [{ claim: ended.claimed.claim, run: ended.run, flowId: ended.claimed.batch.flowId }] : [],
    );
    const wanted = group.filter(({ wantsNext }) => wantsNext).length;
    const claimed = [
      ...(await exchangeRecords(this.#context, this.#news, this.#key, {
        ended,
        wanted,
        after: this.#after,
      })),
    ];
    this.#after = Math.max(this.#after, ...claimed.map(({ claim }) => claim.position));
    for (const { wantsNext, resolve } of group) resolve(wantsNext ? claimed.shift() : undefined);
  }
}

/** By its values (SQLSTATE classes 22 and 54), and not because the store is out of reach or full. */
function isUnstorable(error: unknown): boolean {
  return /^(?:22|54)/.test(sqlState(error) ?? "");
}
