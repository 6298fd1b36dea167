import { BRANCHES, type StepNode } from "#core/flow-document.ts";
import { stepName } from "#core/step.ts";
import type { TextEdit } from "#core/text-edit.ts";
import { SYSTEM_VARIABLES } from "./available-variables.ts";
import { quote } from "./occurrence.ts";
import type { StepTypes } from "./reference.ts";
import { type NewNames, respellStep } from "./respell-step.ts";
import { isVariableName } from "./variable-name.ts";

export type RenamePlan =
  | { readonly type: "edits"; readonly edits: readonly TextEdit[] }
  /** A sentence for the person who asked; nothing may be changed. */
  | { readonly type: "refused"; readonly reason: string };

/**
 * The edits that give a variable another name in these steps and in all inside them: where it is set and wherever it is
 * read. All or nothing. Texts that do not parse are left as they are, and whether the new name is in use already is for
 * the caller to ask. Loads the parsers: import it lazily.
 */
export function planRename(
  nodes: readonly StepNode[],
  from: string,
  to: string,
  types: StepTypes,
): RenamePlan {
  if (from === to) return { type: "edits", edits: [] };
  const reason = refuseName(to);
  if (reason !== undefined) return { type: "refused", reason };
  const names: NewNames = new Map([[from, to]]);
  const edits: TextEdit[] = [];
  for (const node of allWithin(nodes)) {
    const respelled = respellStep(node, { read: names, set: names }, types);
    const [stuck] = respelled.stuck;
    if (stuck) {
      const place = `${quote(stepName(node))} (${stuck.at.join(".")})`;
      return {
        type: "refused",
        reason: `${place} uses ${quote(to)} for something else. Choose another name.`,
      };
    }
    edits.push(...respelled.edits);
  }
  return { type: "edits", edits };
}

function refuseName(name: string): string | undefined {
  if (!isVariableName(name)) {
    return `${quote(name)} cannot be a variable's name: it begins with a letter or _, and goes on with letters, digits, _ or -.`;
  }
  if (name === "secrets" || SYSTEM_VARIABLES.includes(name)) {
    return `${quote(name)} is set by the platform. Choose another name.`;
  }
  return undefined;
}

function* allWithin(nodes: readonly StepNode[]): Generator<StepNode> {
  for (const node of nodes) {
    yield node;
    for (const branch of BRANCHES) yield* allWithin(node.branches?.[branch] ?? []);
  }
}
