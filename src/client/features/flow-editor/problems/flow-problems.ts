import { createStore } from "zustand/vanilla";
import type { Analysis } from "#core/dataflow/analyse.ts";
import { type Problem, looseId } from "#core/dataflow/problem.ts";
import type { StepKey } from "#core/flow-document.ts";
import { equalJson } from "#core/json.ts";
import type { FlowAnalysis } from "#client/document/flow-analysis.ts";
import { isTextField } from "#client/features/flow-editor/is-typing.ts";
import { type StepSelection, onlySelected } from "#client/features/flow-editor/step-selection.ts";
import { runUnpressed } from "#client/ui/pointer-press.ts";
import { findSameProblem } from "./find-same-problem.ts";
import { type StepMarks, markSteps } from "./mark-steps.ts";

export interface FlowProblemsState {
  /** What the problems were found in; undefined while nothing is known. */
  readonly analysis: Analysis | undefined;
  /** In the order of the page. */
  readonly problems: readonly Problem[];
  readonly byStep: ReadonlyMap<StepKey, readonly Problem[]>;
  readonly marks: ReadonlyMap<StepKey, StepMarks>;
  /** The problem that was gone to last. */
  readonly current: Problem | undefined;
}

/** After an edit, in milliseconds: when what is half typed may be told off. */
const PAUSE_MS = 600;

/**
 * The problems of the open flow that are told to the person: rows, header, panel and inspector all show these. Two kinds
 * are not told yet. What comes up while somebody types waits for a pause, since half a word is no mistake. And a step
 * that was just added has fields to be filled in, which is no news to whoever added it: what its config lacks is told
 * once the step was left, by selecting something else, or a save was tried.
 */
export function createFlowProblems(analysis: FlowAnalysis, selection: StepSelection) {
  const store = createStore<FlowProblemsState>(() => ({
    analysis: undefined,
    problems: [],
    byStep: new Map(),
    marks: new Map(),
    current: undefined,
  }));
  const { getState: get, setState: set } = store;
  let added: StepKey | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let forget = () => {};

  /** What is told makes room for itself on the page. */
  const tell = (mayWait: boolean) => {
    clearTimeout(timer);
    forget();
    forget = runUnpressed(() => tellNow(mayWait));
  };

  const tellNow = (mayWait: boolean) => {
    const now = analysis.getState().analysis;
    if (!now) return;
    const before = get();
    const due = now.problems.filter(({ code, step }) => code !== "bad-config" || step !== added);
    const isHeld = mayWait && before.analysis !== undefined && isTypingField();
    const problems = isHeld ? keepTold(due, before.problems) : due;
    if (problems.length < due.length) timer = setTimeout(() => tell(false), PAUSE_MS);
    const current = before.current && findSameProblem(problems, before.current);
    set({
      analysis: now,
      problems,
      byStep: groupByStep(problems, before.byStep),
      marks: markSteps(now.document, problems, before.marks),
      current,
    });
  };

  const endAdding = () => {
    if (added === undefined) return;
    added = undefined;
    tell(false);
  };

  return {
    ...store,

    /** The step is new, and its fields are about to be filled in. */
    noteAdded: (key: StepKey) => {
      added = key;
    },

    /** Whatever is missing is told now: somebody wants to save. */
    tellAll: endAdding,

    markCurrent: (current: Problem) => set({ current }),

    /** Follows the analysis until the returned function is called. */
    connect: () => {
      const stops = [
        analysis.subscribe(() => tell(true)),
        selection.subscribe((state) => onlySelected(state) !== added && endAdding()),
      ];
      return () => {
        clearTimeout(timer);
        forget();
        stops.forEach((stop) => stop());
      };
    },
  };
}

export type FlowProblems = ReturnType<typeof createFlowProblems>;

function isTypingField(): boolean {
  const { activeElement } = document;
  return isTextField(activeElement) && activeElement?.closest("[data-inspector]") != null;
}

function keepTold(problems: readonly Problem[], before: readonly Problem[]): readonly Problem[] {
  const told = new Set(before.map(looseId));
  return problems.filter((problem) => told.has(looseId(problem)));
}

/** A step whose problems are what they were keeps its list, so that whoever shows it is not drawn anew. */
function groupByStep(
  problems: readonly Problem[],
  before: ReadonlyMap<StepKey, readonly Problem[]>,
): ReadonlyMap<StepKey, readonly Problem[]> {
  const groups = new Map<StepKey, Problem[]>();
  for (const problem of problems) {
    if (problem.step === undefined) continue;
    const known = groups.get(problem.step);
    if (known) known.push(problem);
    else groups.set(problem.step, [problem]);
  }
  return new Map(
    [...groups].map(([key, group]) => {
      const old = before.get(key);
      return [key, old && isSameGroup(old, group) ? old : group];
    }),
  );
}

function isSameGroup(a: readonly Problem[], b: readonly Problem[]): boolean {
  return a.length === b.length && a.every((problem, index) => isSameProblem(problem, b[index]));
}

function isSameProblem(a: Problem, b: Problem | undefined): boolean {
  return (
    b !== undefined &&
    a.code === b.code &&
    a.severity === b.severity &&
    a.from === b.from &&
    a.to === b.to &&
    a.name === b.name &&
    a.message === b.message &&
    equalJson(a.at, b.at)
  );
}
