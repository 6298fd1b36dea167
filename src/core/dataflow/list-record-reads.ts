import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { StepVariableReference, StepTypeLookup } from "#core/references/reference.ts";
import { getStepConfig, getStepType } from "#core/document/step.ts";
import { listEnabledSteps } from "./list-enabled-steps.ts";
import type { ResolvedVariableReadsByStep } from "./resolve-reads.ts";

export interface RecordReadByStep {
  readonly step: StepKey;
  readonly reference: StepVariableReference | undefined;
}

/** Lists where enabled steps read the run's record, in document order. */
export function listRecordReadsBySteps(
  document: FlowDocument,
  reads: ResolvedVariableReadsByStep,
  types: StepTypeLookup,
): readonly RecordReadByStep[] {
  const found: RecordReadByStep[] = [];
  for (const node of listEnabledSteps(document)) {
    const step = node.key;
    for (const { reference } of reads.get(step) ?? []) {
      if (reference.name === "_record") found.push({ step, reference });
    }
    if (types.takesRecord?.(getStepType(node), getStepConfig(node)))
      found.push({ step, reference: undefined });
  }
  return found;
}
