import { type EditCommand, applyEditCommand } from "#core/commands/edit-command.ts";
import type { LostVariableReader } from "#core/dataflow/lost-variable-readers.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { FlowAnalysisService } from "#client/document/analysis/flow-analysis.ts";

/** An edit that can break references: `remove` before steps are removed, `fix` after steps were disabled. */
export type ReferenceBreakingEdit =
  | { readonly type: "remove"; readonly keys: readonly StepKey[]; readonly verb: "delete" | "cut" }
  | { readonly type: "fix"; readonly keys: readonly StepKey[] };

/** Whether the edit breaks a reference; false until the analysis is loaded. */
export function isEditBreakingReferences(
  analysis: FlowAnalysisService,
  edit: ReferenceBreakingEdit,
): boolean {
  const flows = findReadsBeforeAndAfter(analysis, edit);
  return flows !== undefined && flows.dataflow.findLosses(flows.before, flows.after).length > 0;
}

export function findDependentReferences(
  analysis: FlowAnalysisService,
  edit: ReferenceBreakingEdit,
): readonly LostVariableReader[] {
  const flows = findReadsBeforeAndAfter(analysis, edit);
  return flows ? flows.dataflow.listDependents(flows.before, flows.after) : [];
}

/** Whether the reference itself can be edited, so that there is a choice besides leaving it as it is. */
export function isReferenceFixable({
  isRemovable,
  others,
}: Pick<LostVariableReader, "isRemovable" | "others">): boolean {
  return isRemovable || others.length > 0;
}

function findReadsBeforeAndAfter(analysis: FlowAnalysisService, edit: ReferenceBreakingEdit) {
  const now = analysis.now();
  if (!now) return undefined;
  const { dataflow } = now;
  const { document, reads } = now.analysis;
  if (edit.type === "remove") {
    return { dataflow, before: reads, after: applyEditCommand(document, removal(edit)) };
  }
  const running = applyEditCommand(document, { type: "setEnabled", keys: edit.keys, enabled: true });
  return { dataflow, before: dataflow.readsOf(running), after: document };
}

/** Without the steps to remove, or as it is if the steps were only disabled. */
export function buildDocumentBeforeQuickFixes(
  document: FlowDocument,
  edit: ReferenceBreakingEdit,
): FlowDocument {
  return edit.type === "remove" ? applyEditCommand(document, removal(edit)) : document;
}

function removal({ keys, verb }: ReferenceBreakingEdit & { readonly type: "remove" }): EditCommand {
  return { type: "removeSteps", keys, verb };
}
