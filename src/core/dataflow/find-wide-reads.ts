import { BRANCHES, type FlowDocument, type StepKey, type StepNode } from "#core/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { readFlow } from "./read-flow.ts";

/** The steps before one that may read variables without naming them: whatever they set may be what it reads. */
export function findWideReads(document: FlowDocument, types: StepTypes): ReadonlySet<StepKey> {
  const read = new Set<StepKey>();
  if (!readFlow(document, types).some(({ references }) => references.readsAll)) return read;
  /** From the last step to the first; returns whether a step that reads all stands there or after it. */
  const visit = (steps: readonly StepNode[], isReadAfter: boolean): boolean => {
    let isRead = isReadAfter;
    for (const node of steps.toReversed()) {
      if (isRead) read.add(node.key);
      // Neither branch sees the other.
      const inside = BRANCHES.map((branch) => visit(node.branches?.[branch] ?? [], isRead));
      isRead = inside.includes(true) || isRead || readStepReferences(node, types).readsAll;
    }
    return isRead;
  };
  visit(document.steps, false);
  return read;
}
