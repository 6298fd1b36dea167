import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import type { JsonPath } from "#core/json/json.ts";

export interface DocumentChangeDescription {
  readonly type: "flow" | "added" | "removed" | "moved" | "renamed" | "switched" | "edited";
  readonly key: StepKey | undefined;
  readonly sentence: string;
  readonly texts?: { readonly before: string | undefined; readonly after: string | undefined };
}

/** Returns the label of a field in the step's form: “Prompt”, “Headers · Accept”. */
export type GetStepFieldLabelFunction = (node: StepNode, path: JsonPath) => string;
