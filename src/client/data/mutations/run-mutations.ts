import { type QueryClient, mutationOptions } from "@tanstack/react-query";
import type { RetryBatchBody } from "#contract/retry.ts";
import { ApiError, NetworkError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import { callApiFeature, forgetUnavailableFeatures, isFlowThere } from "#client/data/queries/api-features.ts";
import { offersFeature, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";

/** Timeout in milliseconds. Long, because a connected API may run a small batch before it responds. */
const TIME_LIMIT_MS = 600_000;

export class UnconfirmedRunError extends Error {
  override readonly name = "UnconfirmedRunError";
}

/** Mutations that start and cancel runs; never retried automatically, because steps have side effects. */
export const flowRunMutations = {
  /** Runs the saved flow on all records of a type; resolves with the batch id. */
  start: (flowId: string) =>
    mutationOptions({
      mutationFn: async (recordType: string, { client }) => {
        const request = {
          params: { id: flowId },
          body: { recordType },
          isAsync: true,
          timeLimitMs: TIME_LIMIT_MS,
        };
        const send = (idempotencyKey: string) =>
          callEndpoint("runOnRecordType", { ...request, idempotencyKey });
        const { batchId } = await sendStart(client, "runOnRecordType", send, () => isFlowThere(flowId));
        return batchId;
      },
      meta: { invalidates: [flowRunQueries.all()] },
    }),

  /** Runs the saved flow on the records with these ids, in the background; resolves with the batch id. */
  startOnRecords: (flowId: string) =>
    mutationOptions({
      mutationFn: async (recordIds: readonly string[], { client }) => {
        const body = { flowId, recordIds: [...recordIds] };
        const send = (idempotencyKey: string) => callEndpoint("startBatch", { body, idempotencyKey });
        const { batchExecutionId } = await sendStart(client, "runOnRecords", send, areBatchesMissing);
        return batchExecutionId;
      },
      meta: { invalidates: [flowRunQueries.all()] },
    }),

  /** Runs a batch or a single run again, by default the saved flow on failed records; resolves with the new id. */
  retry: (flowId: string, batchId: string) =>
    mutationOptions({
      mutationFn: async (body: RetryBatchBody | undefined, { client }) => {
        const send = (idempotencyKey: string) => sendRetry({ flowId, batchId }, body, idempotencyKey);
        const { batchExecutionId } = await sendStart(client, "runOnRecords", send, areBatchesMissing);
        return batchExecutionId;
      },
      meta: { invalidates: [flowRunQueries.all()] },
    }),

  cancel: (batchId: string) =>
    mutationOptions({
      mutationFn: () => callEndpoint("cancelBatch", { params: { id: batchId } }),
      meta: { invalidates: [flowRunQueries.all()] },
    }),
};

/** Starts one run per key. */
export function sendRetry(
  { flowId, batchId }: { readonly flowId: string; readonly batchId: string },
  body: RetryBatchBody | undefined,
  idempotencyKey: string,
) {
  const target = { params: { id: batchId }, query: { flowId } };
  const request = { ...target, ...(body && { body }), timeLimitMs: TIME_LIMIT_MS, idempotencyKey };
  return callEndpoint("retryBatch", request);
}

/** Other statuses, such as 409 or 503, do not say whether an earlier request has started the run. */
const REFUSALS = [400, 404, 422];

/** Repeated without a response: one run per key. Throws {@link UnconfirmedRunError} if it may have started. */
async function sendStart<T>(
  client: QueryClient,
  feature: "runOnRecordType" | "runOnRecords",
  send: (idempotencyKey: string) => Promise<T>,
  isSubjectThere: () => Promise<boolean>,
): Promise<T> {
  const key = createSortableId("run");
  const isSafeToRepeat = offersFeature(await client.query(serverCapabilityQueries.current()), "liveRuns");
  const sendWithKey = () =>
    send(key).catch((lost: unknown) => {
      if (!isSafeToRepeat || !(lost instanceof NetworkError)) throw lost;
      return send(key).catch((error: unknown) => {
        throw error instanceof ApiError && REFUSALS.includes(error.status) ? error : lost;
      });
    });
  try {
    const answer = await callApiFeature(client, feature, sendWithKey, { isSubjectThere });
    // The server lists what it has started, even if the API lists no batches.
    forgetUnavailableFeatures(client, ["batches"]);
    return answer;
  } catch (error) {
    const isUnreadable = error instanceof ApiError && error.status < 300;
    if (isUnreadable || error instanceof NetworkError)
      throw new UnconfirmedRunError("No response to the run", { cause: error });
    throw error;
  }
}

/** Whether a batch endpoint that needs no id also answers 404: the first 404 was then not about a flow or record. */
function areBatchesMissing(): Promise<boolean> {
  return callEndpoint("summariseBatches", {}).then(
    () => false,
    (error: unknown) => error instanceof ApiError && error.status === 404,
  );
}
