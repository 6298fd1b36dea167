import type { StepKey, StepNode } from "#core/flow-document.ts";
import type { JsonPath } from "#core/json.ts";

/** One change, or a few that are one in a person's eyes, as a sentence. */
export interface ChangeLine {
  readonly type: "flow" | "added" | "removed" | "moved" | "renamed" | "switched" | "edited";
  /** The step that it is about: of the later document, or of the earlier one where it was removed. */
  readonly key: StepKey | undefined;
  readonly sentence: string;
  /** What a value was and is, where it is too long for the sentence; `undefined` for one that is not there. */
  readonly texts?: { readonly before: string | undefined; readonly after: string | undefined };
}

/** Names a field of a step as its form does: “Prompt”, “Headers · Accept”. */
export type LabelField = (node: StepNode, path: JsonPath) => string;
