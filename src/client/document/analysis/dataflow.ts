import type { FlowAnalysisResult } from "#core/dataflow/analyze.ts";
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
import type { StepPlace } from "#core/document/step-list.ts";
import { describeFieldPath } from "#client/document/describe-field-path.ts";
import { analyzeDocument, analyzeDocumentInPhases } from "./analyze-document.ts";
import { listMissingLanguages, loadTextReaders, pageStepTypes } from "./page-step-types.ts";

/** Reads only texts whose readers are loaded: use `FlowAnalysisService` or `loadDataflowAnalyzer`. */
export const dataflowAnalyzer = {
  analyze: (document: FlowDocument) => analyzeDocument(document, pageStepTypes),
  analyzeInPhases: (document: FlowDocument, options: Parameters<typeof analyzeDocumentInPhases>[2]) =>
    analyzeDocumentInPhases(document, pageStepTypes, options),

  findEnvironmentProblems: (document: FlowDocument, environment: RunEnvironment): readonly Problem[] =>
    findRunEnvironmentProblems(document, pageStepTypes, environment),

  groupProblems: groupProblemsByStep,
  summarizeProblems: summarizeProblemsByStep,

  listNeededNames: (document: FlowDocument): NeededNames => listNeededNames(document, pageStepTypes),

  readsOf: (document: FlowDocument): ResolvedVariableReadsByStep =>
    resolveVariableReads(document, {
      types: pageStepTypes,
      survey: findVariableProducers(document, pageStepTypes),
    }),

  planMoveImpacts: (document: FlowDocument, keys: readonly StepKey[]) =>
    createStepMoveImpactLookup(document, keys, pageStepTypes),

  describeMoveImpact: describeStepMoveImpact,

  findNeededSteps: (document: FlowDocument, keys: readonly StepKey[], place: StepPlace) =>
    findStepsToMoveTogether(document, keys, place, pageStepTypes),

  findQuickFixes: (analysis: FlowAnalysisResult, problem: Problem) =>
    findQuickFixes(analysis, problem, pageStepTypes),

  listVariables: (document: FlowDocument, key: StepKey) =>
    listVariablesWithStateAtStep(document, key, pageStepTypes),

  listMissingLanguages,
  loadTextReaders,
  listUnread: (document: FlowDocument) => listUnparsedSteps(document, pageStepTypes),
  measureTexts: countStepTextCodeUnits,
  textsOf: toStepParseInput,
  primeStep: (node: StepNode, reading: StepParseResult) => cacheStepParseResult(node, reading, pageStepTypes),
  readStep: (node: StepNode) => {
    readStepReferences(node, pageStepTypes);
    findStepConfigFaults(node, pageStepTypes);
  },
  /** Returns the references that the change from `before` to `after` breaks. */
  findLosses: (before: ResolvedVariableReadsByStep, after: FlowDocument) => {
    const survey = findVariableProducers(after, pageStepTypes);
    return findLostVariableReads(before, resolveVariableReads(after, { types: pageStepTypes, survey }));
  },

  describeLosses: describeLostVariableReads,

  /** Returns problems of the merged document that neither side has on its own. */
  findMergeFaults: (merged: FlowAnalysisResult, sides: readonly [FlowDocument, FlowDocument]) =>
    findProblemsCausedByMerge(merged, sides, pageStepTypes),

  listDependents: (before: ResolvedVariableReadsByStep, after: FlowDocument) =>
    listLostVariableReaders(before, after, pageStepTypes),

  planReferenceFix: (document: FlowDocument, choices: readonly ReferenceFixChoice[]) =>
    planReferenceFixes(document, choices, pageStepTypes),

  readsIn: (node: StepNode) => readStepReferences(node, pageStepTypes).reads,

  explainName: (document: FlowDocument, key: StepKey, name: string) =>
    explainVariableName(document, key, name, pageStepTypes),

  listHits: (document: FlowDocument, name: string, options: { readonly sets: boolean }) =>
    listRenameMatches(document, name, pageStepTypes, options),

  describeHit: createRenameMatchPreview,
  describeFieldPath,
  warnOfRename: listRenameWarnings,
  isPlatformName: isPlatformVariable,

  planRename: (document: FlowDocument, from: string, to: string) =>
    planVariableRename(document.steps, from, to, pageStepTypes),

  planStepNameRename: (document: FlowDocument, from: string, to: string) =>
    planStepNameRename(document, from, to, pageStepTypes),
};

export type DataflowAnalyzer = typeof dataflowAnalyzer;
