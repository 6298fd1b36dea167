import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import { type Analysis, analyse } from "#core/dataflow/analyse.ts";
import { checkStepConfig } from "#core/dataflow/find-step-problems.ts";
import { describeLosses } from "#core/dataflow/describe-losses.ts";
import { describeVerdict } from "#core/dataflow/describe-verdict.ts";
import { explainName } from "#core/dataflow/explain-name.ts";
import { findMergeFaults } from "#core/dataflow/find-merge-faults.ts";
import { findRepairs } from "#core/dataflow/find-repairs.ts";
import { findLosses, listDependents } from "#core/dataflow/list-dependents.ts";
import { listVariables } from "#core/dataflow/list-variables.ts";
import { findNeededSteps } from "#core/dataflow/needed-steps.ts";
import { type MendingChoice, planMending } from "#core/dataflow/plan-mending.ts";
import { planVerdicts } from "#core/dataflow/plan-verdicts.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import { type StepReading, listUnread, measureTexts, primeStep, textsOf } from "#core/dataflow/read-ahead.ts";
import { type FlowReads, resolveReads } from "#core/dataflow/resolve-reads.ts";
import { isPlatformName, surveyNames } from "#core/dataflow/survey-names.ts";
import { warnOfRename } from "#core/dataflow/warn-of-rename.ts";
import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { describeHit, listHits } from "#core/references/list-hits.ts";
import { readStepReferences } from "#core/references/read-step-references.ts";
import { planStepNameRename } from "#core/references/rename-step-name.ts";
import { planRename } from "#core/references/rename-variable.ts";
import type { Place } from "#core/step-list.ts";
import { describeFieldPath } from "./describe-field-path.ts";

/**
 * What the core knows of a flow's variables, for the step types of this product. It carries the parsers: reach it through
 * the analysis of the open flow, which loads it.
 */
export const dataflow = {
  analyse: (document: FlowDocument, since?: FlowReads): Analysis => analyse(document, stepTypes, since),

  readsOf: (document: FlowDocument): FlowReads =>
    resolveReads(document, { types: stepTypes, survey: surveyNames(document, stepTypes) }),

  planVerdicts: (document: FlowDocument, keys: readonly StepKey[]) => planVerdicts(document, keys, stepTypes),

  describeVerdict,

  findNeededSteps: (document: FlowDocument, keys: readonly StepKey[], place: Place) =>
    findNeededSteps(document, keys, place, stepTypes),

  findRepairs: (analysis: Analysis, problem: Problem) => findRepairs(analysis, problem, stepTypes),

  listVariables: (document: FlowDocument, key: StepKey) => listVariables(document, key, stepTypes),

  listUnread: (document: FlowDocument) => listUnread(document, stepTypes),
  measureTexts,
  textsOf,
  primeStep: (node: StepNode, reading: StepReading) => primeStep(node, reading, stepTypes),
  readStep: (node: StepNode) => {
    readStepReferences(node, stepTypes);
    checkStepConfig(node, stepTypes);
  },
  /** The references that find nothing any more when an edit turns the flow into another. */
  findLosses: (before: FlowReads, after: FlowDocument) => {
    const survey = surveyNames(after, stepTypes);
    return findLosses(before, resolveReads(after, { types: stepTypes, survey }));
  },

  describeLosses,

  /** What only the two sides of a merge together break. */
  findMergeFaults: (merged: Analysis, sides: readonly [FlowDocument, FlowDocument]) =>
    findMergeFaults(merged, sides, stepTypes),

  listDependents: (before: FlowReads, after: FlowDocument) => listDependents(before, after, stepTypes),

  planMending: (document: FlowDocument, choices: readonly MendingChoice[]) =>
    planMending(document, choices, stepTypes),

  readsIn: (node: StepNode) => readStepReferences(node, stepTypes).reads,

  explainName: (document: FlowDocument, key: StepKey, name: string) =>
    explainName(document, key, name, stepTypes),

  listHits: (document: FlowDocument, name: string, options: { readonly sets: boolean }) =>
    listHits(document, name, stepTypes, options),

  describeHit,
  describeFieldPath,
  warnOfRename,
  isPlatformName,

  planRename: (document: FlowDocument, from: string, to: string) =>
    planRename(document.steps, from, to, stepTypes),

  planStepNameRename: (document: FlowDocument, from: string, to: string) =>
    planStepNameRename(document, from, to, stepTypes),
};

export type Dataflow = typeof dataflow;
