import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { analyzeFlow } from "#core/dataflow/analyze.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { type StepPlace, ROOT_STEP_LIST_REF } from "#core/document/step-list.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";
import { buildMixedFlow } from "./mixed-flow.ts";

// This file runs in the browser and measures src/core with the product's step types.

export interface CoreFunctionDurations {
  readonly analysis: readonly number[];
  readonly merge: readonly number[];
}

const ANALYSIS_ROUNDS = 5;
const MERGE_ROUNDS = 20;

function time(act: () => unknown): number {
  const started = performance.now();
  act();
  return performance.now() - started;
}

export function measureCoreFunctions(steps: number): CoreFunctionDurations {
  // Creates new objects and strings in each round, so that no cache of an earlier round applies.
  const buildFresh = () => parseFlowDocument(structuredClone(buildMixedFlow("Long", steps)));
  const analysis = Array.from({ length: ANALYSIS_ROUNDS }, () => {
    const document = buildFresh();
    return time(() => analyzeFlow(document, stepTypeLookup));
  });
  const base = buildFresh();
  const [mine, theirs] = [editEveryTenthStep(base, 1), editEveryTenthStep(base, 5)];
  // The versions share no objects, like versions that were parsed from two responses.
  const merge = Array.from({ length: MERGE_ROUNDS }, () => {
    const [was, here, there] = [base, mine, theirs].map((document) => structuredClone(document));
    return time(() => was && here && there && mergeDocuments(was, here, there));
  });
  return { analysis, merge };
}

/** Changes every tenth step from `first` on, as a user would, and moves ten of them. */
function editEveryTenthStep(base: FlowDocument, first: number): FlowDocument {
  let document = base;
  for (let at = first; at < base.steps.length; at += 10) {
    const key = base.steps[at]?.key;
    if (key === undefined) continue;
    const value = `Changed by ${first}.`;
    document = applyEditCommand(document, { type: "setConfig", key, path: ["note"], value });
    const place: StepPlace = { list: ROOT_STEP_LIST_REF, index: (at * 7) % base.steps.length };
    if (at < first + 100) document = applyEditCommand(document, { type: "moveSteps", keys: [key], place });
  }
  return document;
}
