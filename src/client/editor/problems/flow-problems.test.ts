import { beforeEach, expect, test, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { analyzeFlow } from "#core/dataflow/analyze.ts";
import { type ServerRunEnvironment, findServerProblems } from "#core/dataflow/find-environment-problems.ts";
import { groupProblemsByStep } from "#core/dataflow/group-problems.ts";
import { summarizeProblemsByStep } from "#core/dataflow/summarize-problems.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import { buildDocument, buildStep } from "#core/testing/flow-builder.ts";
import { type FlowDocument, type StepKey } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";
import type {
  FlowAnalysisService,
  FlowAnalysisServiceState,
} from "#client/document/analysis/flow-analysis.ts";
import { createStepSelectionStore } from "#client/editor/session/step-selection.ts";
import { createFlowProblemsStore } from "./flow-problems.ts";

let focused: object | null = null;

beforeEach(() => {
  vi.useFakeTimers();
  class FakeElement {
    closest = () => this;
  }
  vi.stubGlobal("Element", FakeElement);
  vi.stubGlobal("HTMLInputElement", Date);
  vi.stubGlobal("document", {
    get activeElement() {
      return focused && new FakeElement();
    },
  });
  focused = null;
});

const open = (...steps: readonly JsonObject[]) => openWith(sampleStepTypeLookup, ...steps);

function openWith(types: StepTypeLookup, ...steps: readonly JsonObject[]) {
  const store = createStore<FlowAnalysisServiceState>(() => ({
    analysis: undefined,
    problemsByStep: new Map(),
  }));
  const selection = createStepSelectionStore(undefined);
  const code = () => ({
    findEnvironmentProblems: (document: FlowDocument, environment: ServerRunEnvironment) =>
      findServerProblems(document, sampleStepTypeLookup, environment),
    groupProblems: groupProblemsByStep,
    summarizeProblems: summarizeProblemsByStep,
  });
  const problems = createFlowProblemsStore({ ...store, code } as unknown as FlowAnalysisService, selection);
  problems.connect();
  const write = (...next: readonly JsonObject[]) =>
    store.setState({ analysis: analyzeFlow(buildDocument(...next), types) });
  write(...steps);
  vi.runAllTimers();
  const reported = () => problems.getState().problems.map(({ code, step }) => `${step ?? "flow"} ${code}`);
  return { problems, selection, write, reported };
}

const ask = (id: string, userPrompt: string) => buildStep(id, { config: { userPrompt } });
const misfit = (id: string) => buildStep(id, { config: { limit: "many" } });

test("missing server settings are marked on the rows of all steps that need them, but not listed for their fields", () => {
  const { problems, reported } = open(ask("a", "Hello"), ask("b", "{{lost"), ask("c", "Go on"));
  problems.setEnvironment({ models: false, mail: true, stepTypes: ["prompt"], secrets: [] });
  expect(reported()).toEqual(["a no-model-server", "b bad-template"]);
  const { marks, byStep } = problems.getState();
  expect([...marks].map(([key, { own }]) => `${key} ${own?.severity}`)).toEqual([
    "a environment",
    "b error",
    "c environment",
  ]);
  expect([...byStep.keys()]).toEqual(["b"]);
  problems.setEnvironment({ models: true, mail: true, stepTypes: ["prompt"], secrets: [] });
  expect(reported()).toEqual(["b bad-template"]);
  expect([...problems.getState().marks.keys()]).toEqual(["b"]);
});

test("problems that appear while the user types are shown after a pause in typing", () => {
  const { write, reported } = open(ask("a", "Hello"), misfit("b"));
  expect(reported()).toEqual(["b bad-config"]);
  focused = {};
  write(ask("a", "Hello {{"), misfit("b"));
  vi.advanceTimersByTime(500);
  write(ask("a", "Hello {{n"), misfit("b"));
  vi.advanceTimersByTime(500);
  expect(reported()).toEqual(["b bad-config"]);
  vi.advanceTimersByTime(100);
  expect(reported()).toEqual(["a bad-template", "b bad-config"]);

  write(ask("a", "Oh, hello {{n"), buildStep("b"));
  expect(reported()).toEqual(["a bad-template"]);
});

test("problems in the config of a new step are reported once the user leaves the step or tries to save", () => {
  const { problems, selection, write, reported } = open(ask("a", "Hello"));
  problems.noteAdded("new" as StepKey);
  selection.selectOnly("new" as StepKey);
  write(ask("a", "Hello"), misfit("new"));
  expect(reported()).toEqual([]);
  selection.fold("new" as StepKey);
  expect(reported()).toEqual([]);
  selection.selectOnly("a" as StepKey);
  expect(reported()).toEqual(["new bad-config"]);

  problems.noteAdded("next" as StepKey);
  selection.selectOnly("next" as StepKey);
  write(ask("a", "Hello"), misfit("next"));
  expect(reported()).toEqual([]);
  problems.reportAll();
  expect(reported()).toEqual(["next bad-config"]);
});

test("a missing prompt of a new step is noted once the user leaves the step, and not marked in its row", () => {
  const asks = (id: string, userPrompt: string) => buildStep(id, { config: { model: "m", userPrompt } });
  const { problems, selection, write, reported } = openWith(stepTypeLookup, asks("a", "Hello"));
  problems.noteAdded("new" as StepKey);
  selection.selectOnly("new" as StepKey);
  write(asks("a", "Hello"), asks("new", ""));
  expect(reported()).toEqual([]);
  selection.selectOnly("a" as StepKey);
  expect(reported()).toEqual(["new missing-prompt"]);
  expect(problems.getState().marks.size).toBe(0);
  write(asks("a", "Hello"), asks("new", "Go on"));
  expect(reported()).toEqual([]);
});

test("a step whose problems are unchanged keeps the same list object", () => {
  const { problems, write } = open(misfit("a"), misfit("b"));
  const listOf = (key: string) => problems.getState().byStep.get(key as StepKey);
  const before = listOf("a");
  write(misfit("a"), buildStep("b"));
  expect(listOf("a")).toBe(before);
  expect(listOf("b")).toBeUndefined();
});
