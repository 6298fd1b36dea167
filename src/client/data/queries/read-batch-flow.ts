import { ApiError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";

/** Flow ids by batch id; null for a batch of an unsaved flow. A batch never changes its flow, so the API is asked once per batch. */
const flowIds = new Map<string, string | null>();

/**
 * Reads the id of a batch's flow, which a row of the API's summary lacks; undefined if the API does not say. Throws if
 * the API can be asked later: without a response, or after 401 or 429.
 */
export async function readBatchFlowId(
  batchId: string,
  signal: AbortSignal | undefined,
): Promise<string | null | undefined> {
  const known = flowIds.get(batchId);
  if (known !== undefined) return known;
  try {
    const { flowId } = await callEndpoint("getBatch", { params: { id: batchId }, signal });
    flowIds.set(batchId, flowId);
    return flowId;
  } catch (error) {
    if (error instanceof ApiError && error.status !== 401 && error.status !== 429) return undefined;
    throw error;
  }
}
