import type { JsonObject } from "#core/json.ts";

/** The body of `POST /v1/flows`. */
export interface FlowInput extends JsonObject {
  readonly name: string;
  readonly description: string;
  readonly flowSteps: readonly JsonObject[];
}
