import { BRANCH_NAMES, type FlowDocument, type StepNode } from "#core/document/flow-document.ts";
import { isStepEnabled } from "#core/document/step.ts";

/** Lists the enabled steps in document order. Omits a step inside a disabled conditional. */
export function listEnabledSteps({ steps }: FlowDocument): readonly StepNode[] {
  const running: StepNode[] = [];
  const visit = (nodes: readonly StepNode[]) => {
    for (const node of nodes) {
      if (!isStepEnabled(node)) continue;
      running.push(node);
      for (const branch of BRANCH_NAMES) visit(node.branches?.[branch] ?? []);
    }
  };
  visit(steps);
  return running;
}
