import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import { type Command, applyCommand } from "#core/command.ts";
import { type Analysis, analyse } from "#core/dataflow/analyse.ts";
import { findNeededSteps } from "#core/dataflow/needed-steps.ts";
import { planVerdicts } from "#core/dataflow/plan-verdicts.ts";
import { findChanges } from "#core/difference/find-changes.ts";
import { type FlowDocument, parseFlow } from "#core/flow-document.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";
import { planRename } from "#core/references/rename-variable.ts";
import { type Place, ROOT, locateSteps } from "#core/step-list.ts";
import { listPlaces } from "#core/step-place.ts";
import { buildMixedFlow } from "./mixed-flow.ts";

// Runs in the browser: the core alone, with the step types of the product.

/** Milliseconds, one a round, by what was done. */
export type CoreTimes = Readonly<Record<string, readonly number[]>>;

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

export function measureCore(steps: number): CoreTimes {
  // Texts of their own for each round: nothing of them was read before.
  const buildFresh = () => parseFlow(structuredClone(buildMixedFlow("Long", steps)));
  const cold = times(COLD_ROUNDS, () => {
    const document = buildFresh();
    return time(() => analyse(document, stepTypes));
  });
  const start = buildFresh();
  const base = analyse(start, stepTypes);
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
      time(() => planRename(start.steps, "result_1", `renamed_${round}`, stepTypes)),
    ),
  };
}

/** The step in the middle, switched, moved about and reworded. */
function editsOf({ steps }: FlowDocument) {
  const node = steps[Math.floor(steps.length / 2)];
  if (!node) throw new Error("The flow is empty.");
  const { key } = node;
  return {
    toggle: (round: number): Command => ({ type: "setEnabled", keys: [key], enabled: round % 2 === 1 }),
    move: (round: number): Command => ({
      type: "moveSteps",
      keys: [key],
      place: { list: ROOT, index: (round * 7) % steps.length },
    }),
    config: (round: number): Command => ({
      type: "setConfig",
      key,
      path: ["userPrompt"],
      value: `Go on from {{result_1}}, ${round}.`,
    }),
  };
}

function timeEdits(base: Analysis, edit: (round: number) => Command): readonly number[] {
  let { document } = base;
  return times(EDIT_ROUNDS, (round) => {
    document = applyCommand(document, edit(round));
    const edited = document;
    return time(() => analyse(edited, stepTypes, base.reads));
  });
}

/** The first step, which is where most stands to be broken. */
function timeMoves(document: FlowDocument, which: string): CoreTimes {
  const places = listPlaces(document);
  const keys = document.steps.slice(0, 1).map(({ key }) => key);
  const one = places[Math.floor(places.length / 2)];
  const rounds = times(MOVE_ROUNDS, () => 0).map(() => {
    let verdicts = planVerdicts(document, [], stepTypes);
    const planned = time(() => (verdicts = planVerdicts(document, keys, stepTypes)));
    const single = time(() => one && verdicts.at(one));
    const all = time(() => places.forEach((place) => verdicts.at(place)));
    return { planned, single, all };
  });
  return {
    [`picking a step up${which}`]: rounds.map(({ planned }) => planned),
    [`the verdict of one gap${which}`]: rounds.map(({ single }) => single),
    [`the verdicts of all gaps${which}`]: rounds.map(({ all }) => all),
  };
}

/** The last step that reads another, moved to the top. */
function timeNeeded(document: FlowDocument): CoreTimes {
  const last = [...locateSteps(document).values()].findLast(({ list }) => list.type === "root");
  const place: Place = { list: ROOT, index: 0 };
  const rounds = times(MOVE_ROUNDS, () =>
    time(() => last && findNeededSteps(document, [last.node.key], place, stepTypes)),
  );
  return { "what a move needs": rounds };
}

/** A flow that two people changed, each in every tenth step and with ten moves: not one node is shared, as off the wire. */
function timeMerge(base: FlowDocument): CoreTimes {
  const editsFrom = (first: number) => {
    let document = base;
    for (let at = first; at < base.steps.length; at += 10) {
      const key = base.steps[at]?.key;
      if (key === undefined) continue;
      const value = `Changed by ${first}.`;
      document = applyCommand(document, { type: "setConfig", key, path: ["note"], value });
      const place: Place = { list: ROOT, index: (at * 7) % base.steps.length };
      if (at < first + 100) document = applyCommand(document, { type: "moveSteps", keys: [key], place });
    }
    return document;
  };
  const [mine, theirs] = [editsFrom(1), editsFrom(5)];
  const fresh = (document: FlowDocument) => structuredClone(document);
  const copies = times(MERGE_ROUNDS, () => 0).map(() => [base, mine, theirs].map(fresh));
  return {
    difference: copies.map(([one, other]) => time(() => one && other && findChanges(one, other))),
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
  return parseFlow(
    buildFlow("Dense", [buildStep("step-1", { config: { outputVariable: "page" } }), ...readers]),
  );
}
