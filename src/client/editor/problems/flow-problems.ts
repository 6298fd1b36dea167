import { createStore } from "zustand/vanilla";
import type { FlowAnalysisResult } from "#core/dataflow/analyze.ts";
import type { RunEnvironment } from "#core/dataflow/find-environment-problems.ts";
import {
  type Problem,
  type ProblemCode,
  getProblemIdWithoutOffsets,
  findProblemInLaterAnalysis,
} from "#core/dataflow/problem.ts";
import type { StepProblemSummaries } from "#core/dataflow/summarize-problems.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import type { FlowAnalysisService } from "#client/document/analysis/flow-analysis.ts";
import { isEventTargetInTextField } from "#client/ui/focus/key-event-in-text-field.ts";
import { type StepSelectionStore, findSingleSelectedStep } from "#client/editor/session/step-selection.ts";
import { runAfterPointerPress } from "#client/ui/focus/pointer-press.ts";

export interface FlowProblemsState {
  readonly analysis: FlowAnalysisResult | undefined;
  readonly problems: readonly Problem[];
  /** Without problems that depend on the server: the inspector shows them above the fields, which cannot fix them. */
  readonly byStep: ReadonlyMap<StepKey, readonly Problem[]>;
  readonly marks: ReadonlyMap<StepKey, StepProblemSummaries>;
  readonly current: Problem | undefined;
}

const PAUSE_MS = 600;

/** Problems of empty or invalid fields. */
const CONFIG_CODES: ReadonlySet<ProblemCode> = new Set(["bad-config", "missing-prompt"]);

/** Delays problems while the user types, and those of a new step until something else is selected or saved. */
export function createFlowProblemsStore(analysis: FlowAnalysisService, selection: StepSelectionStore) {
  const store = createStore<FlowProblemsState>(() => ({
    analysis: undefined,
    problems: [],
    byStep: new Map(),
    marks: new Map(),
    current: undefined,
  }));
  const { getState: get, setState: set } = store;
  let added: StepKey | undefined;
  let environment: RunEnvironment | undefined;
  let listApiFindings: (document: FlowDocument) => readonly Problem[] = () => [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let cancelReport = () => {};

  const report = (mayWait: boolean) => {
    clearTimeout(timer);
    cancelReport();
    cancelReport = runAfterPointerPress(() => reportNow(mayWait));
  };

  const reportNow = (mayWait: boolean) => {
    const now = analysis.getState().analysis;
    if (!now) return;
    const before = get();
    const ofFlow = now.problems.filter(({ code, step }) => step !== added || !CONFIG_CODES.has(code));
    const dataflow = analysis.code();
    const ofServer = (environment && dataflow?.findEnvironmentProblems(now.document, environment)) ?? [];
    const others = [...ofServer, ...listApiFindings(now.document)];
    const due = others.length > 0 ? sortByPage(now.document, [...ofFlow, ...others]) : ofFlow;
    const isHeld = mayWait && before.analysis !== undefined && isTypingField();
    const problems = isHeld ? keepReported(due, before.problems) : due;
    if (problems.length < due.length) timer = setTimeout(() => report(false), PAUSE_MS);
    const current = before.current && findProblemInLaterAnalysis(problems, before.current);
    const next = {
      analysis: now,
      problems,
      byStep: dataflow?.groupProblems(problems, before.byStep) ?? before.byStep,
      marks: dataflow?.summarizeProblems(now.document, problems, before.marks) ?? before.marks,
      current,
    };
    // The first problems of 1,000 steps are rendered in another task than the one that found them.
    if (before.analysis) set(next);
    else timer = setTimeout(() => set(next));
  };

  const endAdding = () => {
    if (added === undefined) return;
    added = undefined;
    report(false);
  };

  return {
    ...store,

    /** Delays the config problems of the new step `key`, because the user is about to fill in its empty fields. */
    noteAdded: (key: StepKey) => {
      added = key;
    },

    reportAll: endAdding,

    setEnvironment: (next: RunEnvironment | undefined) => {
      if (next === environment) return;
      environment = next;
      report(true);
    },

    /** `listFindings` returns those findings of the API that still apply to the document. */
    setApiFindings: (listFindings: typeof listApiFindings) => {
      listApiFindings = listFindings;
      report(false);
    },

    markCurrent: (current: Problem) => set({ current }),

    connect: () => {
      const stops = [
        analysis.subscribe(() => report(true)),
        selection.subscribe((state) => findSingleSelectedStep(state) !== added && endAdding()),
      ];
      return () => {
        clearTimeout(timer);
        cancelReport();
        stops.forEach((stop) => stop());
      };
    },
  };
}

export type FlowProblemsStore = ReturnType<typeof createFlowProblemsStore>;

function isTypingField(): boolean {
  const { activeElement } = document;
  return isEventTargetInTextField(activeElement) && activeElement?.closest("[data-inspector]") != null;
}

/** Sorts problems by the position of their step. The sort is stable, so errors of a step stay before its warnings. */
function sortByPage(document: FlowDocument, problems: readonly Problem[]): readonly Problem[] {
  const known = getLocationsOfAllSteps(document);
  const ordinalOf = ({ step }: Problem) => (step === undefined ? -1 : (known.get(step)?.ordinal ?? Infinity));
  return problems.toSorted((a, b) => ordinalOf(a) - ordinalOf(b));
}

function keepReported(problems: readonly Problem[], before: readonly Problem[]): readonly Problem[] {
  const reported = new Set(before.map(getProblemIdWithoutOffsets));
  return problems.filter((problem) => reported.has(getProblemIdWithoutOffsets(problem)));
}
