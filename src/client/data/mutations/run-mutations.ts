import { type QueryClient, mutationOptions } from "@tanstack/react-query";
import { NetworkError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { readAllPages } from "#client/data/queries/read-all-pages.ts";
import {
  fetchBatchRecordsPage,
  fetchNewestBatch,
  flowRunQueries,
  loadDocumentedRuns,
} from "#client/data/queries/run-queries.ts";

/**
 * Timeout in milliseconds. Long, because the server may finish a small batch before it responds, and
 * language models may be slow.
 */
const TIME_LIMIT_MS = 600_000;

const POLL_INTERVAL_MS = 1000;

export class UnconfirmedRunError extends Error {
  override readonly name = "UnconfirmedRunError";
}

/** Thrown if the step results name no failed record, although the batch counts some. */
export class NoFailedRecordsError extends Error {
  override readonly name = "NoFailedRecordsError";
}

/** Mutations that start and cancel runs; never retried automatically, because steps have side effects. */
export const flowRunMutations = {
  /**
   * Runs the saved flow on all records of a type; resolves with the batch id. Also polls for the new batch,
   * because the response may take minutes. In cloud mode, only waits: batches there name no record type.
   */
  start: (flowId: string) =>
    mutationOptions({
      mutationFn: async (recordType: string, { client }) => {
        const documented = await loadDocumentedRuns(client);
        if (documented) {
          const { startRunOnRecordType } = await import("#client/data/queries/started-runs.ts");
          return startRunOnRecordType(client, flowId, recordType, TIME_LIMIT_MS).catch(
            throwUnconfirmedIfLost,
          );
        }
        const before = await fetchNewestBatch(client, flowId);
        const isOwn = (batch: NewestBatch) =>
          batch.batchExecutionId !== before?.batchExecutionId && batch.recordType === recordType;
        const answered = new AbortController();
        const answer = callEndpoint("runOnRecordType", {
          params: { id: flowId },
          body: { recordType },
          timeLimitMs: TIME_LIMIT_MS,
        }).then(({ batchId }) => batchId);
        try {
          return await Promise.race([answer, watchForBatch(client, flowId, isOwn, answered.signal)]);
        } catch (error) {
          if (!(error instanceof NetworkError)) throw error;
          const found = await fetchNewestBatch(client, flowId).catch(() => undefined);
          if (found && isOwn(found)) return found.batchExecutionId;
          return throwUnconfirmedIfLost(error);
        } finally {
          answered.abort();
          // Prevents an unhandled rejection if polling found the batch first.
          answer.catch(() => undefined);
        }
      },
      meta: { invalidates: [flowRunQueries.ofFlow(flowId)] },
    }),

  /** Runs the saved flow on the records with these ids, in the background; resolves with the batch id. */
  startOnRecords: (flowId: string) =>
    mutationOptions({
      mutationFn: (recordIds: readonly string[], { client }) => startBatch(client, flowId, recordIds),
      meta: { invalidates: [flowRunQueries.ofFlow(flowId)] },
    }),

  retryFailed: (flowId: string, batchId: string) =>
    mutationOptions({
      mutationFn: async (_: void, { client }) => {
        const documented = await loadDocumentedRuns(client);
        if (documented) {
          const failedIds = await documented.listFailedRecordIds(client, flowId, batchId);
          if (failedIds.length === 0) throw new NoFailedRecordsError("No failed records to retry");
          return startBatch(client, flowId, failedIds);
        }
        const recordIds: string[] = [];
        const read = (cursor: string) =>
          fetchBatchRecordsPage(client, { flowId, batchId, status: "failed", cursor });
        for await (const { rows } of readAllPages(read, ({ recordId }) => recordId))
          recordIds.push(...rows.map(({ recordId }) => recordId));
        return startBatch(client, flowId, recordIds);
      },
      meta: { invalidates: [flowRunQueries.ofFlow(flowId)] },
    }),

  cancel: (flowId: string, batchId: string) =>
    mutationOptions({
      mutationFn: () => callEndpoint("cancelBatch", { params: { id: batchId } }),
      meta: { invalidates: [flowRunQueries.ofFlow(flowId)] },
    }),
};

async function startBatch(
  client: QueryClient,
  flowId: string,
  recordIds: readonly string[],
): Promise<string> {
  if (await loadDocumentedRuns(client)) {
    const { startBatchOnRecords } = await import("#client/data/queries/started-runs.ts");
    return startBatchOnRecords(client, flowId, recordIds).catch(throwUnconfirmedIfLost);
  }
  const body = { flowId, recordIds: [...recordIds] };
  const { batchExecutionId } = await callEndpoint("startBatch", { body }).catch(throwUnconfirmedIfLost);
  return batchExecutionId;
}

/** A request without a complete answer may have started the run, so it must not look like a failure. */
function throwUnconfirmedIfLost(error: unknown): never {
  if (error instanceof NetworkError)
    throw new UnconfirmedRunError("No response to the run", { cause: error });
  throw error;
}

type NewestBatch = NonNullable<Awaited<ReturnType<typeof fetchNewestBatch>>>;

/** Resolves when the new batch exists; never resolves once `signal` is aborted. */
function watchForBatch(
  client: QueryClient,
  flowId: string,
  isOwn: (batch: NewestBatch) => boolean,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve) => {
    const poll = async () => {
      const batch = await fetchNewestBatch(client, flowId).catch(() => undefined);
      if (signal.aborted) return;
      if (batch && isOwn(batch)) resolve(batch.batchExecutionId);
      else setTimeout(() => void poll(), POLL_INTERVAL_MS);
    };
    setTimeout(() => void poll(), POLL_INTERVAL_MS);
  });
}
