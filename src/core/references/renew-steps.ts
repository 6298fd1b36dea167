import type { FlowDocument, StepNode } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { createStep } from "#core/new-step.ts";
import type { StepTypes } from "./reference.ts";

export interface RenewOptions {
  /** Where the steps go: none of its ids and output variables is used again. */
  readonly document: FlowDocument;
  readonly mintId: () => string;
  readonly types: StepTypes;
}

/** Makes steps that were copied fit to stand in a document beside what they were copied from. */
export function renewSteps(steps: readonly JsonObject[], options: RenewOptions): readonly StepNode[] {
  return steps.map((step) => createStep({ ...step, id: options.mintId() }));
}
