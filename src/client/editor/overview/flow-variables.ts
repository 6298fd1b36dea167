import type { FlowAnalysisResult } from "#core/dataflow/analyse.ts";
import type { StepKey } from "#core/document/flow-document.ts";

/** A variable with the steps that read it (an input) or set it (an output), in document order. */
export interface VariableWithReadersOrSetters {
  readonly name: string;
  readonly steps: readonly StepKey[];
}

/**
 * Lists the input variables of the flow with their readers: `_record`, which stands for the run's record, then the
 * others.
 */
export function listInputVariablesWithReaders({
  inputs,
  recordReads,
}: Pick<FlowAnalysisResult, "inputs" | "recordReads">): readonly VariableWithReadersOrSetters[] {
  const record = distinct(recordReads.map(({ step }) => step));
  return [
    ...(record.length > 0 ? [{ name: "_record", steps: record }] : []),
    ...inputs.map(({ name, reads }) => ({ name, steps: distinct(reads.map(({ step }) => step)) })),
  ];
}

/**
 * Lists the variables that steps set. Omits step names: a step's result can also be read by the step's name, but that
 * name is no output variable.
 */
export function listOutputVariablesWithSetters({
  survey: { producers, stepNames },
}: Pick<FlowAnalysisResult, "survey">): readonly VariableWithReadersOrSetters[] {
  return [...producers]
    .filter(([name]) => !stepNames.has(name))
    .map(([name, steps]) => ({ name, steps: distinct(steps) }));
}

function distinct(steps: readonly StepKey[]): readonly StepKey[] {
  return [...new Set(steps)];
}
