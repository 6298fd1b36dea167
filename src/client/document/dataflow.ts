import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import { type Analysis, analyse } from "#core/dataflow/analyse.ts";
import { checkStepConfig } from "#core/dataflow/find-step-problems.ts";
import { compareReads } from "#core/dataflow/compare-reads.ts";
import { describeVerdict } from "#core/dataflow/describe-verdict.ts";
import { type StepReads, planRebind, planRemoval } from "#core/dataflow/edit-readers.ts";
import { findRepairs } from "#core/dataflow/find-repairs.ts";
import { listVariables } from "#core/dataflow/list-variables.ts";
import { findNeededSteps } from "#core/dataflow/needed-steps.ts";
import { judgeChanges, planVerdicts } from "#core/dataflow/plan-verdicts.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import { type StepReading, listUnread, measureTexts, primeStep, textsOf } from "#core/dataflow/read-ahead.ts";
import { type FlowReads, resolveReads } from "#core/dataflow/resolve-reads.ts";
import { surveyNames } from "#core/dataflow/survey-names.ts";
import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import type { Place } from "#core/step-list.ts";

/**
 * What the core knows of a flow's variables, for the step types of this product. It carries the parsers: reach it through
 * the analysis of the open flow, which loads it.
 */
export const dataflow = {
  analyse: (document: FlowDocument, since?: FlowReads): Analysis => analyse(document, stepTypes, since),

  readsOf: (document: FlowDocument): FlowReads =>
    resolveReads(document, { types: stepTypes, survey: surveyNames(document, stepTypes) }),

  planVerdicts: (document: FlowDocument, keys: readonly StepKey[]) => planVerdicts(document, keys, stepTypes),

  /** What becomes of the references of a flow when an edit turns it into another. */
  judgeEdit: (before: FlowReads, after: FlowDocument) => {
    const survey = surveyNames(after, stepTypes);
    return judgeChanges(compareReads(before, resolveReads(after, { types: stepTypes, survey })));
  },

  describeVerdict,

  findNeededSteps: (document: FlowDocument, keys: readonly StepKey[], place: Place) =>
    findNeededSteps(document, keys, place, stepTypes),

  findRepairs: (analysis: Analysis, problem: Problem) => findRepairs(analysis, problem, stepTypes),

  listVariables: (document: FlowDocument, key: StepKey) => listVariables(document, key, stepTypes),

  planRebind: (document: FlowDocument, reads: StepReads, to: string) =>
    planRebind(document, reads, to, stepTypes),

  planRemoval: (document: FlowDocument, reads: StepReads) => planRemoval(document, reads, stepTypes),

  listUnread: (document: FlowDocument) => listUnread(document, stepTypes),
  measureTexts,
  textsOf,
  primeStep: (node: StepNode, reading: StepReading) => primeStep(node, reading, stepTypes),
  readStep: (node: StepNode) => {
    readStepReferences(node, stepTypes);
    checkStepConfig(node, stepTypes);
  },
};

export type Dataflow = typeof dataflow;
