import { stepTypeLookup } from "#contract/step-descriptions/find-step-description.ts";
import { type FlowAnalysisResult, analyzeFlow } from "#core/dataflow/analyze.ts";
import { findStepConfigFaults } from "#core/dataflow/find-step-problems.ts";
import { describeLostVariableReads } from "#core/dataflow/describe-lost-variable-reads.ts";
import { describeStepMoveImpact } from "#core/dataflow/describe-move-impact.ts";
import {
  type NeededNames,
  type RunEnvironment,
  findRunEnvironmentProblems,
  listNeededNames,
} from "#core/dataflow/find-environment-problems.ts";
import { explainVariableName } from "#core/dataflow/explain-name.ts";
import { findProblemsCausedByMerge } from "#core/dataflow/problems-caused-by-merge.ts";
import { findQuickFixes } from "#core/dataflow/find-quick-fixes.ts";
import { findLostVariableReads, listLostVariableReaders } from "#core/dataflow/lost-variable-readers.ts";
import { listVariablesWithStateAtStep } from "#core/dataflow/list-variables.ts";
import { findStepsToMoveTogether } from "#core/dataflow/steps-to-move-together.ts";
import { type ReferenceFixChoice, planReferenceFixes } from "#core/dataflow/plan-reference-fix.ts";
import { createStepMoveImpactLookup } from "#core/dataflow/step-move-impact-lookup.ts";
import { groupProblemsByStep } from "#core/dataflow/group-problems.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import { summarizeProblemsByStep } from "#core/dataflow/summarize-problems.ts";
import {
  type StepParseResult,
  listUnparsedSteps,
  countStepTextCodeUnits,
  cacheStepParseResult,
  toStepParseInput,
} from "#core/dataflow/parse-step-texts.ts";
import { type ResolvedVariableReadsByStep, resolveVariableReads } from "#core/dataflow/resolve-reads.ts";
import { isPlatformVariable, findVariableProducers } from "#core/dataflow/find-variable-producers.ts";
import { listRenameWarnings } from "#core/dataflow/warn-of-rename.ts";
import type { FlowDocument, StepKey, StepNode } from "#core/document/flow-document.ts";
import { createRenameMatchPreview, listRenameMatches } from "#core/references/list-rename-matches.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { planStepNameRename } from "#core/references/rename-step-name.ts";
import { planVariableRename } from "#core/references/rename-variable.ts";
import { type StepPlace, findStep } from "#core/document/step-list.ts";
import { describeFieldPath } from "#client/document/describe-field-path.ts";
import { quoteName } from "#core/text/quote-name.ts";

/** Loads the parsers: use `FlowAnalysis`, which imports this module lazily. */
export const dataflowAnalyzer = {
  analyze: (document: FlowDocument, since?: ResolvedVariableReadsByStep): FlowAnalysisResult => {
    const analysis = analyzeFlow(document, stepTypeLookup, since);
    return { ...analysis, problems: nameProblemFields(document, analysis.problems) };
  },

  findEnvironmentProblems: (document: FlowDocument, environment: RunEnvironment): readonly Problem[] =>
    findRunEnvironmentProblems(document, stepTypeLookup, environment),

  groupProblems: groupProblemsByStep,
  summarizeProblems: summarizeProblemsByStep,

  listNeededNames: (document: FlowDocument): NeededNames => listNeededNames(document, stepTypeLookup),

  readsOf: (document: FlowDocument): ResolvedVariableReadsByStep =>
    resolveVariableReads(document, {
      types: stepTypeLookup,
      survey: findVariableProducers(document, stepTypeLookup),
    }),

  planMoveImpacts: (document: FlowDocument, keys: readonly StepKey[]) =>
    createStepMoveImpactLookup(document, keys, stepTypeLookup),

  describeMoveImpact: describeStepMoveImpact,

  findNeededSteps: (document: FlowDocument, keys: readonly StepKey[], place: StepPlace) =>
    findStepsToMoveTogether(document, keys, place, stepTypeLookup),

  findQuickFixes: (analysis: FlowAnalysisResult, problem: Problem) =>
    findQuickFixes(analysis, problem, stepTypeLookup),

  listVariables: (document: FlowDocument, key: StepKey) =>
    listVariablesWithStateAtStep(document, key, stepTypeLookup),

  listUnread: (document: FlowDocument) => listUnparsedSteps(document, stepTypeLookup),
  measureTexts: countStepTextCodeUnits,
  textsOf: toStepParseInput,
  primeStep: (node: StepNode, reading: StepParseResult) =>
    cacheStepParseResult(node, reading, stepTypeLookup),
  readStep: (node: StepNode) => {
    readStepReferences(node, stepTypeLookup);
    findStepConfigFaults(node, stepTypeLookup);
  },
  /** Returns the references that the change from `before` to `after` breaks. */
  findLosses: (before: ResolvedVariableReadsByStep, after: FlowDocument) => {
    const survey = findVariableProducers(after, stepTypeLookup);
    return findLostVariableReads(before, resolveVariableReads(after, { types: stepTypeLookup, survey }));
  },

  describeLosses: describeLostVariableReads,

  /** Returns problems of the merged document that neither side has on its own. */
  findMergeFaults: (merged: FlowAnalysisResult, sides: readonly [FlowDocument, FlowDocument]) =>
    findProblemsCausedByMerge(merged, sides, stepTypeLookup),

  listDependents: (before: ResolvedVariableReadsByStep, after: FlowDocument) =>
    listLostVariableReaders(before, after, stepTypeLookup),

  planReferenceFix: (document: FlowDocument, choices: readonly ReferenceFixChoice[]) =>
    planReferenceFixes(document, choices, stepTypeLookup),

  readsIn: (node: StepNode) => readStepReferences(node, stepTypeLookup).reads,

  explainName: (document: FlowDocument, key: StepKey, name: string) =>
    explainVariableName(document, key, name, stepTypeLookup),

  listHits: (document: FlowDocument, name: string, options: { readonly sets: boolean }) =>
    listRenameMatches(document, name, stepTypeLookup, options),

  describeHit: createRenameMatchPreview,
  describeFieldPath,
  warnOfRename: listRenameWarnings,
  isPlatformName: isPlatformVariable,

  planRename: (document: FlowDocument, from: string, to: string) =>
    planVariableRename(document.steps, from, to, stepTypeLookup),

  planStepNameRename: (document: FlowDocument, from: string, to: string) =>
    planStepNameRename(document, from, to, stepTypeLookup),
};

export type DataflowAnalyzer = typeof dataflowAnalyzer;

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
