import { SAMPLE_FLOW_ID_PREFIX } from "#contract/flow.ts";

/**
 * Whether the flow was created with the store as a sample. A copy of a sample has another id and counts as the user's
 * flow.
 */
export function isSampleFlowId(id: string): boolean {
  return id.startsWith(`${SAMPLE_FLOW_ID_PREFIX}_`);
}
