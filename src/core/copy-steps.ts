import type { FlowDocument, StepKey } from "./flow-document.ts";
import { writeStep } from "./format-flow.ts";
import type { JsonObject } from "./json.ts";
import { topmostSteps } from "./move-steps.ts";

/**
 * The steps as they go to the clipboard: as the API knows them, in the order of the page, with what is inside them and
 * without `order`, which meant something in their old lists only.
 */
export function copySteps(document: FlowDocument, keys: readonly StepKey[]): readonly JsonObject[] {
  return topmostSteps(document, keys).map(writeStep);
}

/** Copied steps as text, for the clipboard and for people. */
export function formatSteps(steps: readonly JsonObject[]): string {
  return JSON.stringify(steps, null, 2);
}
