import { BRANCHES, type FlowDocument, type StepKey, type StepNode } from "#core/flow-document.ts";
import { findList, locateSteps } from "#core/step-list.ts";
import { isEnabled } from "#core/step.ts";
import { readSetVariables } from "./read-set-variables.ts";
import type { StepTypes } from "./reference.ts";

// No parser here: completion asks for this while a person types.

/** What the platform sets itself, in every flow. */
export const SYSTEM_VARIABLES: readonly string[] = [
  "_record",
  "_flow",
  "_execution",
  "_user",
  "_agent",
  "_now",
  "messages",
  "userMessage",
  "user_message",
];

export interface AvailableVariable {
  readonly name: string;
  /** The nearest step before that sets it. */
  readonly setBy: StepKey;
}

/**
 * What a step can read: the variables of earlier steps in its own list and in the lists around it, those inside earlier
 * conditionals included. Nearest first, each name once. A step that is switched off sets nothing.
 */
export function findAvailableVariables(
  document: FlowDocument,
  key: StepKey,
  types: StepTypes,
): readonly AvailableVariable[] {
  const found = new Map<string, StepKey>();
  const addFrom = (node: StepNode) => {
    if (!isEnabled(node)) return;
    for (const { name } of readSetVariables(node, types)) if (!found.has(name)) found.set(name, node.key);
    for (const branch of BRANCHES.toReversed()) node.branches?.[branch]?.toReversed().forEach(addFrom);
  };
  let at = locateSteps(document).get(key);
  while (at) {
    findList(document, at.list)?.slice(0, at.index).toReversed().forEach(addFrom);
    at = at.list.type === "branch" ? locateSteps(document).get(at.list.step) : undefined;
  }
  return [...found].map(([name, setBy]) => ({ name, setBy }));
}
