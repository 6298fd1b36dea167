import type { FlowDocument, StepKey } from "./flow-document.ts";
import { convertStepToJson } from "./format-flow.ts";
import type { JsonObject } from "#core/json/json.ts";
import { getTopmostSteps } from "./topmost-steps.ts";

/**
 * Converts the steps for the clipboard: in document order and as the API represents them, without `order`, which is
 * only valid in the original list.
 */
export function toClipboardSteps(document: FlowDocument, keys: readonly StepKey[]): readonly JsonObject[] {
  return getTopmostSteps(document, keys).map(convertStepToJson);
}

export function formatStepsAsJson(steps: readonly JsonObject[]): string {
  return JSON.stringify(steps, null, 2);
}
