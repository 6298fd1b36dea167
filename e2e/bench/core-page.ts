import { stepTypeLookup } from "#contract/step-descriptions/find-step-description.ts";
import { type EditCommand, applyEditCommand } from "#core/commands/edit-command.ts";
import { type FlowAnalysisResult, analyzeFlow } from "#core/dataflow/analyze.ts";
import { findStepsToMoveTogether } from "#core/dataflow/steps-to-move-together.ts";
import { createStepMoveImpactLookup } from "#core/dataflow/step-move-impact-lookup.ts";
import { findDocumentChanges } from "#core/difference/find-changes.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";
import { planVariableRename } from "#core/references/rename-variable.ts";
import { type StepPlace, ROOT_STEP_LIST_REF, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { listStepPlaces } from "#core/document/step-place.ts";
import { buildMixedFlow } from "./mixed-flow.ts";

// This file runs in the browser and measures src/core with the product's step types.

export type CoreFunctionDurationsByName = Readonly<Record<string, readonly number[]>>;

const COLD_ROUNDS = 5;
const EDIT_ROUNDS = 60;
const MOVE_ROUNDS = 5;
const MERGE_ROUNDS = 20;

function time(act: () => unknown): number {
  const started = performance.now();
  act();
  return performance.now() - started;
}

const times = (rounds: number, act: (round: number) => number) =>
  Array.from({ length: rounds }, (_, round) => act(round));

export function measureCoreFunctions(steps: number): CoreFunctionDurationsByName {
  // Creates new objects and strings in each round, so that no cache of an earlier round applies.
  const buildFresh = () => parseFlowDocument(structuredClone(buildMixedFlow("Long", steps)));
  const cold = times(COLD_ROUNDS, () => {
    const document = buildFresh();
    return time(() => analyzeFlow(document, stepTypeLookup));
  });
  const start = buildFresh();
  const base = analyzeFlow(start, stepTypeLookup);
  const { toggle, move, config } = editsOf(start);
  return {
    "cold analysis": cold,
    "analysis after a toggle": timeEdits(base, toggle),
    "analysis after a move": timeEdits(base, move),
    "analysis after a config edit": timeEdits(base, config),
    ...timeMoves(start, ""),
    ...timeMoves(buildDense(steps), ", all read one"),
    ...timeNeeded(start),
    ...timeMerge(start),
    "rename everywhere": times(EDIT_ROUNDS, (round) =>
      time(() => planVariableRename(start.steps, "result_1", `renamed_${round}`, stepTypeLookup)),
    ),
  };
}

function editsOf({ steps }: FlowDocument) {
  const node = steps[Math.floor(steps.length / 2)];
  if (!node) throw new Error("The flow is empty.");
  const { key } = node;
  return {
    toggle: (round: number): EditCommand => ({ type: "setEnabled", keys: [key], enabled: round % 2 === 1 }),
    move: (round: number): EditCommand => ({
      type: "moveSteps",
      keys: [key],
      place: { list: ROOT_STEP_LIST_REF, index: (round * 7) % steps.length },
    }),
    config: (round: number): EditCommand => ({
      type: "setConfig",
      key,
      path: ["userPrompt"],
      value: `Go on from {{result_1}}, ${round}.`,
    }),
  };
}

function timeEdits(base: FlowAnalysisResult, edit: (round: number) => EditCommand): readonly number[] {
  let { document } = base;
  return times(EDIT_ROUNDS, (round) => {
    document = applyEditCommand(document, edit(round));
    const edited = document;
    return time(() => analyzeFlow(edited, stepTypeLookup, base.reads));
  });
}

/**
 * Times the computation of the effects of a move on references. Moves the first step, because that breaks the most
 * references.
 */
function timeMoves(document: FlowDocument, which: string): CoreFunctionDurationsByName {
  const places = listStepPlaces(document);
  const keys = document.steps.slice(0, 1).map(({ key }) => key);
  const one = places[Math.floor(places.length / 2)];
  const rounds = times(MOVE_ROUNDS, () => 0).map(() => {
    let impacts = createStepMoveImpactLookup(document, [], stepTypeLookup);
    const planned = time(() => (impacts = createStepMoveImpactLookup(document, keys, stepTypeLookup)));
    const single = time(() => one && impacts.at(one));
    const all = time(() => places.forEach((place) => impacts.at(place)));
    return { planned, single, all };
  });
  return {
    [`picking a step up${which}`]: rounds.map(({ planned }) => planned),
    [`the verdict of one gap${which}`]: rounds.map(({ single }) => single),
    [`the verdicts of all gaps${which}`]: rounds.map(({ all }) => all),
  };
}

/**
 * Times the search for the steps that must move together with the last top-level step, so that moving that step to
 * the top breaks no reference.
 */
function timeNeeded(document: FlowDocument): CoreFunctionDurationsByName {
  const last = [...getLocationsOfAllSteps(document).values()].findLast(({ list }) => list.type === "root");
  const place: StepPlace = { list: ROOT_STEP_LIST_REF, index: 0 };
  const rounds = times(MOVE_ROUNDS, () =>
    time(() => last && findStepsToMoveTogether(document, [last.node.key], place, stepTypeLookup)),
  );
  return { "what a move needs": rounds };
}

/**
 * Measures the merge of two users' versions. Each user changed every tenth step and moved ten. The versions share no
 * objects, like versions that were parsed from two responses.
 */
function timeMerge(base: FlowDocument): CoreFunctionDurationsByName {
  const editsFrom = (first: number) => {
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
  };
  const [mine, theirs] = [editsFrom(1), editsFrom(5)];
  const fresh = (document: FlowDocument) => structuredClone(document);
  const copies = times(MERGE_ROUNDS, () => 0).map(() => [base, mine, theirs].map(fresh));
  return {
    difference: copies.map(([one, other]) => time(() => one && other && findDocumentChanges(one, other))),
    merge: times(MERGE_ROUNDS, () => {
      const [was, here, there] = [base, mine, theirs].map(fresh);
      return time(() => was && here && there && mergeDocuments(was, here, there));
    }),
  };
}

function buildDense(steps: number): FlowDocument {
  const readers = Array.from({ length: steps - 1 }, (_, at) =>
    buildStep(`step-${at + 2}`, { config: { userPrompt: "{{page}}", outputVariable: `out_${at}` } }),
  );
  return parseFlowDocument(
    buildFlow("Dense", [buildStep("step-1", { config: { outputVariable: "page" } }), ...readers]),
  );
}
