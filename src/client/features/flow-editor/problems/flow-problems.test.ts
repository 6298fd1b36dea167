import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { analyse } from "#core/dataflow/analyse.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { sampleStepTypes } from "#core/references/sample-step-types.ts";
import type { FlowAnalysis, FlowAnalysisState } from "#client/document/flow-analysis.ts";
import { createStepSelection } from "#client/features/flow-editor/step-selection.ts";
import { createFlowProblems } from "./flow-problems.ts";

/** What has the focus: nothing, or a text field of the inspector. */
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
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function open(...steps: readonly JsonObject[]) {
  const store = createStore<FlowAnalysisState>(() => ({ analysis: undefined, problemsByStep: new Map() }));
  const selection = createStepSelection(undefined);
  const problems = createFlowProblems(store as unknown as FlowAnalysis, selection);
  problems.connect();
  const write = (...next: readonly JsonObject[]) =>
    store.setState({ analysis: analyse(parseFlow(buildFlow("Flow", next)), sampleStepTypes) });
  write(...steps);
  const told = () => problems.getState().problems.map(({ code, step }) => `${step ?? "flow"} ${code}`);
  return { problems, selection, write, told };
}

const ask = (id: string, userPrompt: string) => buildStep(id, { config: { userPrompt } });
const misfit = (id: string) => buildStep(id, { config: { limit: "many" } });

test("what comes up while somebody types waits for a pause, and every key begins it anew", () => {
  const { write, told } = open(ask("a", "Hello"), misfit("b"));
  expect(told()).toEqual(["b bad-config"]);
  focused = {};
  write(ask("a", "Hello {{"), misfit("b"));
  vi.advanceTimersByTime(500);
  write(ask("a", "Hello {{n"), misfit("b"));
  vi.advanceTimersByTime(500);
  expect(told()).toEqual(["b bad-config"]);
  vi.advanceTimersByTime(100);
  expect(told()).toEqual(["a bad-template", "b bad-config"]);

  // What was told goes at once, and stays told while the text in front of it grows.
  write(ask("a", "Oh, hello {{n"), buildStep("b"));
  expect(told()).toEqual(["a bad-template"]);
});

test("where nobody types, problems are told at once", () => {
  const { write, told } = open(ask("a", "Hello"));
  write(ask("a", "Hello {{"));
  expect(told()).toEqual(["a bad-template"]);
});

test("what the config of a new step lacks is told once the step was left, or a save was tried", () => {
  const { problems, selection, write, told } = open(ask("a", "Hello"));
  problems.noteAdded("new" as StepKey);
  selection.selectOnly("new" as StepKey);
  write(ask("a", "Hello"), misfit("new"));
  expect(told()).toEqual([]);
  selection.fold("new" as StepKey);
  expect(told()).toEqual([]);
  selection.selectOnly("a" as StepKey);
  expect(told()).toEqual(["new bad-config"]);

  problems.noteAdded("next" as StepKey);
  selection.selectOnly("next" as StepKey);
  write(ask("a", "Hello"), misfit("next"));
  expect(told()).toEqual([]);
  problems.tellAll();
  expect(told()).toEqual(["next bad-config"]);
});

test("a step whose problems stay the same keeps its list", () => {
  const { problems, write } = open(misfit("a"), misfit("b"));
  const listOf = (key: string) => problems.getState().byStep.get(key as StepKey);
  const before = listOf("a");
  write(misfit("a"), buildStep("b"));
  expect(listOf("a")).toBe(before);
  expect(listOf("b")).toBeUndefined();
});
