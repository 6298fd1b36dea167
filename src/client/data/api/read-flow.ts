import type { Flow } from "#contract/flow.ts";
import { hasInexactNumbers } from "#core/json/unstorable-json-value.ts";
import type { JsonObject } from "#core/json/json.ts";
import { ApiError } from "./api-error.ts";
import { callEndpointForValueAndText } from "./call-endpoint.ts";

export interface FlowReading {
  readonly flow: Flow;
  /** Whether parsing changed a number. The JSON is then read-only, because a save would write that number. */
  readonly isInexact: boolean;
}

export interface FlowReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether to throw an error if fields of the steps may be missing, as for a copy. */
  readonly isStrict?: boolean;
}

/** Flows of which this page has had all fields of the steps. */
const flowsReadWhole = new Set<string>();

/** Reads a flow. Throws like `callEndpoint`. */
export async function readFlow(
  id: string,
  { signal, isStrict = false }: FlowReadOptions = {},
): Promise<FlowReading> {
  const { value: flow, text } = await callEndpointForValueAndText("getFlow", { params: { id }, signal });
  const isInexact = flow.hasInexactNumbers === true || hasInexactNumbers(text, flow as JsonObject);
  const problem = flow.stepFields?.problem;
  if (problem === undefined) flowsReadWhole.add(id);
  // Without the fields, the flow would look as if they had been removed.
  else if (isStrict || flowsReadWhole.has(id))
    throw new ApiError(isStrict ? 428 : 502, problem, { isRead: true });
  return { flow, isInexact };
}
