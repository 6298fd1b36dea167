import {
  ApiError,
  NetworkError,
  describeRequestErrorForUser,
  isSignInRequiredError,
  isStaleWriteError,
} from "#client/data/api/api-error.ts";

export interface BulkItem {
  readonly id: string;
  readonly name: string;
}

export type BulkOutcome<Result> =
  | { readonly type: "done"; readonly result: Result }
  | {
      readonly type: "failed";
      readonly reason: string;
      /** Whether another client changed the flow, so that the action must be reviewed again before a retry. */
      readonly isStale: boolean;
    };

/** Why the run is waiting; the requests are repeated afterwards. */
export interface BulkPause {
  readonly reason: "limited" | "unreachable";
  /** Milliseconds. */
  readonly length: number;
}

export interface BulkRun<Item extends BulkItem, Result> {
  readonly items: readonly Item[];
  /**
   * Acts on one item. Called again for the same item after a pause, also if the server may have performed the request
   * and only the response was lost, so it must be idempotent.
   */
  readonly perform: (item: Item) => Promise<Result>;
  /** Stops the run: requests in flight are completed, so that their outcomes are known. */
  readonly signal: AbortSignal;
  readonly onOutcome: (item: Item, outcome: BulkOutcome<Result>) => void;
  readonly onPause?: (pause: BulkPause | undefined) => void;
  readonly atOnce?: number;
}

const SLOW_DOWN_S = 5;
const MAX_WAIT_MS = 60_000;

/** Waits after failed connections: a server that restarts is back within this time. */
const OUTAGE_WAITS_MS = [500, 1000, 2000, 4000, 8000];

/**
 * Performs an action on many items, several at once, in order. A failure of one item does not stop the others. Waits
 * if the server limits requests or cannot be reached. Resolves to the error that stopped the run early, if any: a
 * lost connection or session, which the rest would meet as well. Items without an outcome were not changed.
 */
export async function runInBulk<Item extends BulkItem, Result>({
  items,
  perform,
  signal,
  onOutcome,
  onPause,
  atOnce = 3,
}: BulkRun<Item, Result>): Promise<Error | undefined> {
  const queue = [...items];
  let stoppedBy: Error | undefined;
  let pause: Promise<void> | undefined;

  /** Makes all workers wait. Several workers that fail at the same time wait once. */
  const wait = (reason: BulkPause["reason"], length: number) => {
    pause ??= (async () => {
      onPause?.({ reason, length });
      await sleep(length, signal);
      pause = undefined;
      onPause?.(undefined);
    })();
    return pause;
  };
  const isStopped = () => signal.aborted || stoppedBy !== undefined;
  let answered = 0;

  const work = async () => {
    for (let item = queue.shift(); item; item = queue.shift()) {
      let outages = 0;
      let lastOutage: unknown;
      let answeredBefore = 0;
      for (;;) {
        await pause;
        if (isStopped()) {
          if (lastOutage !== undefined) onOutcome(item, describeFailure(lastOutage));
          return;
        }
        try {
          onOutcome(item, { type: "done", result: await perform(item) });
          answered += 1;
          break;
        } catch (error) {
          if (isSignInRequiredError(error)) {
            stoppedBy ??= error as Error;
            continue;
          }
          if (error instanceof ApiError && error.status === 429) {
            await wait("limited", Math.min((error.retryAfter ?? SLOW_DOWN_S) * 1000, MAX_WAIT_MS));
            continue;
          }
          if (isOutage(error)) {
            if (lastOutage === undefined) answeredBefore = answered;
            lastOutage = error;
            const length = OUTAGE_WAITS_MS[outages];
            outages += 1;
            if (length !== undefined) {
              await wait("unreachable", length);
              continue;
            }
            // The failure is of this item alone if the server answered others meanwhile.
            if (answered === answeredBefore) stoppedBy ??= error as Error;
          }
          onOutcome(item, describeFailure(error));
          break;
        }
      }
      if (isStopped()) return;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return stoppedBy;
}

/** Whether the server was not reached, also by the proxy in front of it. */
function isOutage(error: unknown): boolean {
  return (
    error instanceof NetworkError || (error instanceof ApiError && [502, 503, 504].includes(error.status))
  );
}

function describeFailure(error: unknown): BulkOutcome<never> & { readonly type: "failed" } {
  const isStale = isStaleWriteError(error);
  return { type: "failed", isStale, reason: isStale ? STALE : describeReason(error) };
}

const STALE = "Skipped: changed elsewhere in the meantime.";

function describeReason(error: unknown): string {
  if (error instanceof NetworkError) return "No response from the server. The change may have been made.";
  if (error instanceof ApiError && error.status === 404) return "Deleted elsewhere.";
  return describeRequestErrorForUser(error);
}

function sleep(length: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, length);
    if (signal.aborted) finish();
    else signal.addEventListener("abort", finish);
  });
}
