import { mutationOptions } from "@tanstack/react-query";
import { NetworkError } from "./api-error.ts";
import { callEndpoint } from "./call-endpoint.ts";
import { readBatchRecords, readNewestBatch, runQueries } from "./run-queries.ts";

/** Few records are run before the server answers, and a model may take its time over each. */
const TIME_LIMIT_MS = 600_000;

/** Without an answer it is looked for the batch that was begun, so often. */
const LOOK_MS = 1000;

/** The answer got lost, and nobody can say whether anything runs. */
export class LostRunError extends Error {
  override readonly name = "LostRunError";
}

/** Runs of flows. None is repeated by itself: what a step has sent is sent. */
export const runMutations = {
  /**
   * Runs the saved flow on all records of a type. Resolves to the batch as soon as it is known: what runs within the
   * request, which may take minutes, can be looked at from its beginning.
   */
  start: (flowId: string) =>
    mutationOptions({
      mutationFn: async (recordType: string) => {
        const before = await readNewestBatch(flowId);
        const isOwn = (batch: NewestBatch) =>
          batch.batchExecutionId !== before?.batchExecutionId && batch.recordType === recordType;
        const answered = new AbortController();
        const answer = callEndpoint("runOnRecordType", {
          params: { id: flowId },
          body: { recordType },
          timeLimitMs: TIME_LIMIT_MS,
        }).then(({ batchId }) => batchId);
        try {
          return await Promise.race([answer, watchForBatch(flowId, isOwn, answered.signal)]);
        } catch (error) {
          if (!(error instanceof NetworkError)) throw error;
          const found = await readNewestBatch(flowId).catch(() => undefined);
          if (found && isOwn(found)) return found.batchExecutionId;
          throw new LostRunError("No answer to the run", { cause: error });
        } finally {
          answered.abort();
          // Whoever saw the batch begin no longer waits for this.
          answer.catch(() => undefined);
        }
      },
      meta: { invalidates: [runQueries.ofFlow(flowId)] },
    }),

  /** Runs the saved flow once more on the records of a batch that failed. */
  retryFailed: (flowId: string, batchId: string) =>
    mutationOptions({
      mutationFn: async () => {
        const recordIds: string[] = [];
        for (let cursor: string | null = ""; cursor !== null;) {
          const page: Awaited<ReturnType<typeof readBatchRecords>> = await readBatchRecords(batchId, {
            status: "failed",
            cursor,
          });
          recordIds.push(...page.data.map(({ recordId }) => recordId));
          cursor = page.pagination.nextCursor;
        }
        const { batchExecutionId } = await callEndpoint("startBatch", { body: { flowId, recordIds } });
        return batchExecutionId;
      },
      meta: { invalidates: [runQueries.ofFlow(flowId)] },
    }),

  cancel: (flowId: string, batchId: string) =>
    mutationOptions({
      mutationFn: () => callEndpoint("cancelBatch", { params: { id: batchId } }),
      meta: { invalidates: [runQueries.ofFlow(flowId)] },
    }),
};

type NewestBatch = NonNullable<Awaited<ReturnType<typeof readNewestBatch>>>;

/** Resolves once there is a batch of ours; never, once the signal says that there was an answer. */
function watchForBatch(
  flowId: string,
  isOwn: (batch: NewestBatch) => boolean,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve) => {
    const look = async () => {
      const batch = await readNewestBatch(flowId).catch(() => undefined);
      if (signal.aborted) return;
      if (batch && isOwn(batch)) resolve(batch.batchExecutionId);
      else setTimeout(() => void look(), LOOK_MS);
    };
    setTimeout(() => void look(), LOOK_MS);
  });
}
