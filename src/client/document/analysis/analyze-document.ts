import { type FlowAnalysisResult, analyzeFlow, analyzeFlowInPhases } from "#core/dataflow/analyze.ts";
import { listNeededNames } from "#core/dataflow/find-environment-problems.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import type { ResolvedVariableReadsByStep } from "#core/dataflow/resolve-reads.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { describeFieldPath } from "#client/document/describe-field-path.ts";

export function analyzeDocument(document: FlowDocument, types: StepTypeLookup): FlowAnalysisResult {
  return withNamedFields(analyzeFlow(document, types));
}

/**
 * Like {@link analyzeDocument}, in phases, of which `readSince` is the first. The first analysis of a
 * flow also fills the cache of the names that its steps need.
 */
export function* analyzeDocumentInPhases(
  document: FlowDocument,
  types: StepTypeLookup,
  {
    readSince,
    isFirst,
  }: { readonly readSince: (() => ResolvedVariableReadsByStep) | undefined; readonly isFirst: boolean },
): Generator<undefined, FlowAnalysisResult> {
  const since = readSince?.();
  yield;
  const analysis = withNamedFields(yield* analyzeFlowInPhases(document, types, since));
  yield;
  if (isFirst) listNeededNames(document, types);
  // Ends the slice: rendering the result takes one of its own.
  yield;
  return analysis;
}

function withNamedFields(analysis: FlowAnalysisResult): FlowAnalysisResult {
  return { ...analysis, problems: nameProblemFields(analysis.document, analysis.problems) };
}

/** Adds the field's label to problems of one step whose messages would otherwise be identical. */
function nameProblemFields(document: FlowDocument, problems: readonly Problem[]): readonly Problem[] {
  return problems.map((problem, index) => {
    const { step, at, message } = problem;
    if (step === undefined || at.length === 0 || !hasSameMessageInStep(problems, index)) return problem;
    const node = findStep(document, step);
    if (!node) return problem;
    const field = describeFieldPath(node, at);
    return { ...problem, field, message: `${message} Field: ${quoteName(field)}.` };
  });
}

/** The problems of a step follow each other. */
function hasSameMessageInStep(problems: readonly Problem[], index: number): boolean {
  const problem = problems[index];
  for (const by of [-1, 1]) {
    for (let at = index + by; problems[at]?.step === problem?.step && problems[at]; at += by)
      if (problems[at]?.message === problem?.message) return true;
  }
  return false;
}
