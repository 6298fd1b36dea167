import { pageStepTypes } from "#client/document/analysis/page-step-types.ts";
import type { FlowDocument, StepKey, StepNode } from "#core/document/flow-document.ts";
import { listVariablesSetByStep } from "#core/references/variables-set-by-step.ts";
import { planVariableRename } from "#core/references/rename-variable.ts";
import { findStepList, findStep, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import type { StepTextReplacement } from "#core/search/step-text-replacements.ts";

export interface OutputVariableRenamePlan {
  readonly edits: readonly StepTextReplacement[];
  readonly readers: number;
}

/**
 * Plans the rename of an output variable in its step and all later steps. Returns undefined if no other step reads it,
 * another step also sets it, or the new name is invalid or has another meaning. Import lazily: loads the parsers.
 */
export function planOutputVariableRename(
  document: FlowDocument,
  key: StepKey,
  from: string,
  to: string,
): OutputVariableRenamePlan | undefined {
  const own = findStep(document, key);
  if (!own) return undefined;
  for (const { node } of getLocationsOfAllSteps(document).values()) {
    const sets =
      node.key !== key && listVariablesSetByStep(node, pageStepTypes).some(({ name }) => name === from);
    if (sets) return undefined;
  }
  const plan = planVariableRename([own, ...stepsAfter(document, key)], from, to, pageStepTypes);
  if (plan.type === "refused") return undefined;
  const readers = new Set(plan.edits.map((edit) => edit.key).filter((reader) => reader !== key)).size;
  return readers === 0 ? undefined : { edits: plan.edits, readers };
}

function stepsAfter(document: FlowDocument, key: StepKey): readonly StepNode[] {
  const at = getLocationsOfAllSteps(document).get(key);
  if (!at) return [];
  const behind = findStepList(document, at.list)?.slice(at.index + 1) ?? [];
  return at.list.type === "branch" ? [...behind, ...stepsAfter(document, at.list.step)] : behind;
}
