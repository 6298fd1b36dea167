import { ApiError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";

/**
 * Flow ids by batch id: null for a batch of an unsaved flow, undefined where the API refuses to say. A batch never changes
 * its flow, so the API is asked once per batch.
 */
const flowIds = new Map<string, string | null | undefined>();

/** Statuses with which later requests would be refused too. */
const LASTING_STATUSES = [403, 404, 405, 410, 501];

export const isBatchFlowKnown = (batchId: string): boolean => flowIds.has(batchId);

/**
 * Reads the id of a batch's flow, which a row of the API's summary lacks; undefined if the API does not say. Throws if
 * the API can be asked later: without a response, or after 401 or 429.
 */
export async function readBatchFlowId(
  batchId: string,
  signal: AbortSignal | undefined,
): Promise<string | null | undefined> {
  if (flowIds.has(batchId)) return flowIds.get(batchId);
  try {
    const { flowId } = await callEndpoint("getBatch", { params: { id: batchId }, signal });
    flowIds.set(batchId, flowId);
    return flowId;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 401 || error.status === 429) throw error;
    if (LASTING_STATUSES.includes(error.status)) flowIds.set(batchId, undefined);
    return undefined;
  }
}
