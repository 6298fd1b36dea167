import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { findVariableReadProblems } from "./find-read-problems.ts";
import { findVariableAssignmentProblems } from "./variable-assignment-problems.ts";
import { findStepProblems } from "./find-step-problems.ts";
import { findReadsWithChangedSource } from "./reads-with-changed-source.ts";
import { type FlowInputVariable, listFlowInputVariables } from "./list-inputs.ts";
import { type RecordReadByStep, listRecordReadsBySteps } from "./list-record-reads.ts";
import type { Problem } from "./problem.ts";
import { type ResolvedVariableReadsByStep, resolveVariableReads } from "./resolve-reads.ts";
import { type VariableProducers, findVariableProducers } from "./find-variable-producers.ts";

export interface FlowAnalysisResult {
  readonly document: FlowDocument;
  readonly survey: VariableProducers;
  readonly reads: ResolvedVariableReadsByStep;
  /** Problems of the flow as a whole, then problems of steps in document order. */
  readonly problems: readonly Problem[];
  readonly inputs: readonly FlowInputVariable[];
  readonly recordReads: readonly RecordReadByStep[];
}

/** A read in `since` whose value now comes from another step becomes a warning. Loads the parsers. */
export function analyzeFlow(
  document: FlowDocument,
  types: StepTypeLookup,
  since?: ResolvedVariableReadsByStep,
): FlowAnalysisResult {
  const phases = analyzeFlowInPhases(document, types, since);
  for (;;) {
    const { done, value } = phases.next();
    if (done) return value;
  }
}

/** Yields after each phase, of which each takes some milliseconds for 1,000 steps. */
export function* analyzeFlowInPhases(
  document: FlowDocument,
  types: StepTypeLookup,
  since?: ResolvedVariableReadsByStep,
): Generator<undefined, FlowAnalysisResult> {
  const survey = findVariableProducers(document, types);
  yield;
  const reads = resolveVariableReads(document, { types, survey });
  yield;
  const inputs = listFlowInputVariables(reads, survey);
  yield;
  const context = { document, types, survey, reads, inputs };
  const ofSteps = findStepProblems(document, types);
  yield;
  const ofReads = findVariableReadProblems(context);
  yield;
  const ofAssignments = findVariableAssignmentProblems(context);
  yield;
  const ofSources = since ? findReadsWithChangedSource(document, since, reads) : [];
  yield;
  const recordReads = listRecordReadsBySteps(document, reads, types);
  const problems = sortByDocumentOrder(document, [...ofSteps, ...ofReads, ...ofAssignments, ...ofSources]);
  return { document, survey, reads, problems, inputs, recordReads };
}

export type FlowAnalysisWithoutProblems = Omit<FlowAnalysisResult, "problems" | "recordReads"> & {
  readonly types: StepTypeLookup;
};

function sortByDocumentOrder(document: FlowDocument, problems: readonly Problem[]): readonly Problem[] {
  const known = getLocationsOfAllSteps(document);
  const ordinalOf = (step: StepKey | undefined) =>
    step === undefined ? -1 : (known.get(step)?.ordinal ?? Infinity);
  return problems
    .map((problem) => ({ problem, ordinal: ordinalOf(problem.step) }))
    .toSorted((a, b) => a.ordinal - b.ordinal)
    .map(({ problem }) => problem);
}
