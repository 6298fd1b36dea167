import type { StepNode } from "#core/flow-document.ts";
import type { TextEdit } from "#core/text-edit.ts";
import { readSetVariables } from "./read-set-variables.ts";
import type { StepTypes } from "./reference.ts";

export type RenamePlan =
  | { readonly type: "edits"; readonly edits: readonly TextEdit[] }
  /** A sentence for the person who asked; nothing may be changed. */
  | { readonly type: "refused"; readonly reason: string };

/** The edits that give a variable another name in these steps and in all inside them. */
export function planRename(
  nodes: readonly StepNode[],
  from: string,
  to: string,
  types: StepTypes,
): RenamePlan {
  const edits = nodes.flatMap((node) =>
    readSetVariables(node, types)
      .filter(({ name }) => name === from)
      .map(({ at }) => ({ key: node.key, at, text: to })),
  );
  return { type: "edits", edits };
}
