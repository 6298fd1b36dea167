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
  /** Must be idempotent: called again after a pause, also if only the response was lost. */
  readonly perform: (item: Item) => Promise<Result>;
  /** Stops the run: requests in flight are completed, so that their outcomes are known. */
  readonly signal: AbortSignal;
  readonly onOutcome: (item: Item, outcome: BulkOutcome<Result>) => void;
  readonly onPause?: (pause: BulkPause | undefined) => void;
  readonly atOnce?: number;
}

const DEFAULT_RETRY_AFTER_S = 5;
const MAX_WAIT_MS = 60_000;

/** In total long enough for a server restart. */
const OUTAGE_WAITS_MS = [500, 1000, 2000, 4000, 8000];

/**
 * Performs an action on many items, several at once; waits if the server limits requests or cannot be reached.
 * A failed item does not stop the run. Resolves to the error that did, if any: a lost connection or an ended
 * session, with which all other items would fail too. Items without an outcome were not changed.
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
  let responseCount = 0;

  const work = async () => {
    for (let item = queue.shift(); item; item = queue.shift()) {
      let outageCount = 0;
      let lastOutage: unknown;
      let responseCountAtOutage = 0;
      for (;;) {
        await pause;
        if (isStopped()) {
          if (lastOutage !== undefined) onOutcome(item, describeFailure(lastOutage));
          return;
        }
        try {
          onOutcome(item, { type: "done", result: await perform(item) });
          responseCount += 1;
          break;
        } catch (error) {
          if (isSignInRequiredError(error)) {
            stoppedBy ??= error as Error;
            continue;
          }
          if (error instanceof ApiError && error.status === 429) {
            await wait("limited", Math.min((error.retryAfter ?? DEFAULT_RETRY_AFTER_S) * 1000, MAX_WAIT_MS));
            continue;
          }
          if (isOutage(error)) {
            if (lastOutage === undefined) responseCountAtOutage = responseCount;
            lastOutage = error;
            const length = OUTAGE_WAITS_MS[outageCount];
            outageCount += 1;
            if (length !== undefined) {
              await wait("unreachable", length);
              continue;
            }
            // If the server responded to other items meanwhile, only this item fails and the run continues.
            if (responseCount === responseCountAtOutage) stoppedBy ??= error as Error;
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

/** Whether the request did not reach the server, directly or through the proxy in front of it. */
function isOutage(error: unknown): boolean {
  return (
    error instanceof NetworkError || (error instanceof ApiError && [502, 503, 504].includes(error.status))
  );
}

function describeFailure(error: unknown): BulkOutcome<never> & { readonly type: "failed" } {
  const isStale = isStaleWriteError(error);
  return { type: "failed", isStale, reason: isStale ? STALE_REASON : describeReason(error) };
}

const STALE_REASON = "Skipped: changed elsewhere in the meantime.";

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
