import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/document/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import { readFlowReferences } from "./read-flow.ts";

/** Such as a script that passes on `input`. Nothing that the found steps set is reported as unused. */
export function findStepsBeforeReader(document: FlowDocument, types: StepTypeLookup): ReadonlySet<StepKey> {
  const read = new Set<StepKey>();
  if (!readFlowReferences(document, types).some(({ references }) => references.readsAll)) return read;
  /** Visits the list in reverse. Returns whether a step in the list or after it can read all variables. */
  const visit = (steps: readonly StepNode[], isReadAfter: boolean): boolean => {
    let isRead = isReadAfter;
    for (const node of steps.toReversed()) {
      if (isRead) read.add(node.key);
      const inside = BRANCH_NAMES.map((branch) => visit(node.branches?.[branch] ?? [], isRead));
      isRead = inside.includes(true) || isRead || readStepReferences(node, types).readsAll;
    }
    return isRead;
  };
  visit(document.steps, false);
  return read;
}
