import { type Command, applyCommand } from "#core/command.ts";
import type { Dependent } from "#core/dataflow/list-dependents.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import type { FlowAnalysis } from "#client/document/flow-analysis.ts";

/** What others miss something by: steps that are about to go, or that were switched off. */
export type DependentsEdit =
  | { readonly type: "remove"; readonly keys: readonly StepKey[]; readonly verb: "delete" | "cut" }
  | { readonly type: "mend"; readonly keys: readonly StepKey[] };

/** Whether anybody misses something by the edit; nobody, as far as is known, until the code that knows has come. */
export function hasDependents(analysis: FlowAnalysis, edit: DependentsEdit): boolean {
  const flows = flowsAround(analysis, edit);
  return flows !== undefined && flows.dataflow.findLosses(flows.before, flows.after).length > 0;
}

/** Those who miss something by it. */
export function findDependents(analysis: FlowAnalysis, edit: DependentsEdit): readonly Dependent[] {
  const flows = flowsAround(analysis, edit);
  return flows ? flows.dataflow.listDependents(flows.before, flows.after) : [];
}

function flowsAround(analysis: FlowAnalysis, edit: DependentsEdit) {
  const now = analysis.now();
  if (!now) return undefined;
  const { dataflow } = now;
  const { document, reads } = now.analysis;
  if (edit.type === "remove") {
    return { dataflow, before: reads, after: applyCommand(document, removal(edit)) };
  }
  const running = applyCommand(document, { type: "setEnabled", keys: edit.keys, enabled: true });
  return { dataflow, before: dataflow.readsOf(running), after: document };
}

/** The texts of the steps that stay, as they are to be mended. */
export function flowToMend(document: FlowDocument, edit: DependentsEdit): FlowDocument {
  return edit.type === "remove" ? applyCommand(document, removal(edit)) : document;
}

function removal({ keys, verb }: DependentsEdit & { readonly type: "remove" }): Command {
  return { type: "removeSteps", keys, verb };
}
