import type { Flow } from "#contract/flow.ts";
import { hasInexactNumbers } from "#core/json/json-text.ts";
import type { JsonObject } from "#core/json/json.ts";
import { NetworkError } from "./api-error.ts";
import { callEndpointForValueAndText } from "./call-endpoint.ts";

export interface FlowReading {
  readonly flow: Flow;
  /**
   * Whether `JSON.parse` changed a number. The JSON is then read-only, because a save would write the changed number.
   */
  readonly isInexact: boolean;
}

export interface FlowReadOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether to throw an error if fields of the steps may be missing, as for a copy. Otherwise the flow is returned
   * without them, and `step-fields.ts` keeps the reason.
   */
  readonly isStrict?: boolean;
  /** Whether to read missing fields again, even if an earlier read of the same version has failed. */
  readonly isForced?: boolean;
}

/**
 * Reads a flow. A server without version tokens may omit fields of the steps; these are then read from the
 * list of steps, because a client that writes the steps back would delete them. Throws like `callEndpoint`.
 */
export async function readFlow(id: string, options: FlowReadOptions = {}): Promise<FlowReading> {
  const { signal } = options;
  const { value: flow, text } = await callEndpointForValueAndText("getFlow", { params: { id }, signal });
  const reading = { flow, isInexact: hasInexactNumbers(text, flow as JsonObject) };
  if (flow.versionToken !== undefined) return reading;
  const { readMissingStepFields } = await import("./step-fields.ts").catch((cause: unknown) => {
    throw new NetworkError("No response from the server", { cause });
  });
  return readMissingStepFields(reading, options);
}
