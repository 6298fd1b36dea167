import { BRANCH_NAMES, type StepNode } from "#core/document/flow-document.ts";
import { getStepName } from "#core/document/step.ts";
import type { StepTextReplacement } from "#core/search/step-text-replacements.ts";
import { PLATFORM_VARIABLES } from "./available-variables.ts";
import { quoteTextForMessage } from "./occurrence.ts";
import type { StepTypeLookup } from "./reference.ts";
import { type NewNamesByVariable, renameVariablesInStep } from "./rename-step-variables.ts";
import { isVariableName } from "./variable-name.ts";

export type NameRenameEditsOrRefusal =
  | { readonly type: "edits"; readonly edits: readonly StepTextReplacement[] }
  | { readonly type: "refused"; readonly reason: string };

/** All occurrences or refused. Does not check whether the new name is in use. Loads the parsers. */
export function planVariableRename(
  nodes: readonly StepNode[],
  from: string,
  to: string,
  types: StepTypeLookup,
): NameRenameEditsOrRefusal {
  if (from === to) return { type: "edits", edits: [] };
  const reason = refuseName(to);
  if (reason !== undefined) return { type: "refused", reason };
  const names: NewNamesByVariable = new Map([[from, to]]);
  const edits: StepTextReplacement[] = [];
  for (const node of allWithin(nodes)) {
    const respelled = renameVariablesInStep(node, { read: names, set: names }, types);
    const [stuck] = respelled.stuck;
    if (stuck) {
      const place = `${quoteTextForMessage(getStepName(node))} (${stuck.at.join(".")})`;
      return {
        type: "refused",
        reason: `${place} uses ${quoteTextForMessage(to)} for something else. Choose another name.`,
      };
    }
    edits.push(...respelled.edits);
  }
  return { type: "edits", edits };
}

function refuseName(name: string): string | undefined {
  if (!isVariableName(name)) {
    return `${quoteTextForMessage(name)} is not a valid variable name. Start with a letter or _, then use letters, digits, _ or -.`;
  }
  if (name === "secrets" || PLATFORM_VARIABLES.includes(name)) {
    return `${quoteTextForMessage(name)} is built in. Choose another name.`;
  }
  return undefined;
}

function* allWithin(nodes: readonly StepNode[]): Generator<StepNode> {
  for (const node of nodes) {
    yield node;
    for (const branch of BRANCH_NAMES) yield* allWithin(node.branches?.[branch] ?? []);
  }
}
