import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/document/flow-document.ts";
import { findStepList, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { isStepEnabled } from "#core/document/step.ts";
import { listVariablesSetByStep } from "./variables-set-by-step.ts";
import type { StepTypeLookup } from "./reference.ts";

export const PLATFORM_VARIABLES: readonly string[] = [
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
  readonly setBy: StepKey;
}

/** In the step's list and those around it, inside conditionals too. Nearest first, without disabled steps. */
export function findAvailableVariables(
  document: FlowDocument,
  key: StepKey,
  types: StepTypeLookup,
): readonly AvailableVariable[] {
  const found = new Map<string, StepKey>();
  const addFrom = (node: StepNode) => {
    if (!isStepEnabled(node)) return;
    for (const { name } of listVariablesSetByStep(node, types))
      if (!found.has(name)) found.set(name, node.key);
    for (const branch of BRANCH_NAMES.toReversed()) node.branches?.[branch]?.toReversed().forEach(addFrom);
  };
  let at = getLocationsOfAllSteps(document).get(key);
  while (at) {
    findStepList(document, at.list)?.slice(0, at.index).toReversed().forEach(addFrom);
    at = at.list.type === "branch" ? getLocationsOfAllSteps(document).get(at.list.step) : undefined;
  }
  return [...found].map(([name, setBy]) => ({ name, setBy }));
}
