import type { FlowDocument, StepKey } from "./flow-document.ts";
import { convertStepToJson } from "./format-flow.ts";
import type { JsonObject } from "#core/json/json.ts";
import { getTopmostSteps } from "./topmost-steps.ts";

/** In document order and in the API's form, without `order`, which is valid in the original list only. */
export function toClipboardSteps(document: FlowDocument, keys: readonly StepKey[]): readonly JsonObject[] {
  return getTopmostSteps(document, keys).map(convertStepToJson);
}

export function formatStepsAsJson(steps: readonly JsonObject[]): string {
  return JSON.stringify(steps, null, 2);
}
