import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { readSetVariables } from "#core/references/read-set-variables.ts";
import { planRename } from "#core/references/rename-variable.ts";
import { findList, findStep, locateSteps } from "#core/step-list.ts";
import type { TextEdit } from "#core/text-edit.ts";

export interface OutputRename {
  readonly edits: readonly TextEdit[];
  /** How many other steps read the variable under the old name. */
  readonly readers: number;
}

/**
 * What it takes to give a step's variable its new name in the step and in all that run after it. Undefined where nothing
 * reads it, where another step sets a variable of the old name too, or where a text cannot take the new one. Loads the
 * parsers: import it lazily.
 */
export function planOutputRename(
  document: FlowDocument,
  key: StepKey,
  from: string,
  to: string,
): OutputRename | undefined {
  const own = findStep(document, key);
  if (!own) return undefined;
  for (const { node } of locateSteps(document).values()) {
    const sets = node.key !== key && readSetVariables(node, stepTypes).some(({ name }) => name === from);
    if (sets) return undefined;
  }
  const plan = planRename([own, ...stepsAfter(document, key)], from, to, stepTypes);
  if (plan.type === "refused") return undefined;
  const readers = new Set(plan.edits.map((edit) => edit.key).filter((reader) => reader !== key)).size;
  return readers === 0 ? undefined : { edits: plan.edits, readers };
}

/** The steps behind this one in its own list and behind those that it is inside of. */
function stepsAfter(document: FlowDocument, key: StepKey): readonly StepNode[] {
  const at = locateSteps(document).get(key);
  if (!at) return [];
  const behind = findList(document, at.list)?.slice(at.index + 1) ?? [];
  return at.list.type === "branch" ? [...behind, ...stepsAfter(document, at.list.step)] : behind;
}
