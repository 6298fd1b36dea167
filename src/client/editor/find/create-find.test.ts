import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";
import { openSaved, receiveVersion } from "#client/document/testing/receive.ts";
import { beforeEach, expect, test, vi } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { announcementStore } from "#client/ui/announce/announce.ts";
import { createFindAndReplace } from "./create-find.ts";

const openWith = (...steps: readonly JsonObject[]) => {
  const openFlow = openSaved(buildServerFlow(buildFlow("Digest", steps)));
  const shown: (string | undefined)[] = [];
  const find = createFindAndReplace(openFlow, "", (key) => shown.push(key));
  find.connect();
  const lookFor = (query: string) => {
    find.setQuery(query);
    vi.runAllTimers();
  };
  const prompts = () =>
    openFlow
      .getState()
      .history.document.steps.map(({ fields }) => (fields["config"] as JsonObject)["userPrompt"]);
  return { openFlow, find, shown, lookFor, prompts, state: () => find.store.getState() };
};

const promptStep = (id: string, userPrompt: string) => buildStep(id, { config: { userPrompt } });

beforeEach(() => {
  vi.useFakeTimers();
  announcementStore.setState({ polite: "" });
});

test("going to the next match wraps around and shows the step of each match", () => {
  const { find, shown, lookFor, state } = openWith(promptStep("a", "x x"), promptStep("b", "x"));
  lookFor("x");
  expect(state().matches).toHaveLength(3);
  find.next();
  find.next();
  find.next();
  find.previous();
  expect(shown).toEqual(["a", "a", "b", "a", "b"]);
  expect(state().current).toBe(2);
});

test("going to the next match says nothing before a query is typed", () => {
  const { find, lookFor } = openWith(promptStep("a", "x"));
  find.next();
  vi.runAllTimers();
  expect(announcementStore.getState().polite).toBe("");
  lookFor("y");
  find.next();
  vi.runAllTimers();
  expect(announcementStore.getState().polite).toBe("No matches.");
});

test("an edit updates the matches and keeps the current match", () => {
  const { openFlow, find, lookFor, state } = openWith(promptStep("a", "x"), promptStep("b", "x"));
  lookFor("x");
  find.next();
  openFlow.edit({ type: "removeSteps", keys: [openFlow.getState().history.document.steps[0]!.key] });
  vi.runAllTimers();
  expect(state().matches).toHaveLength(1);
  expect(state().current).toBe(0);
});

test("the first match is shown even if the flow is refetched without changes while the query is typed", () => {
  const { openFlow, find, lookFor, state } = openWith(promptStep("a", "x"));
  find.setQuery("x");
  receiveVersion(openFlow, openFlow.getState().flow);
  lookFor("x");
  expect(state().current).toBe(0);
});

test("replacing one match at a time never matches the replacement itself", () => {
  const { find, lookFor, prompts, state } = openWith(promptStep("a", "x x"), promptStep("b", "x"));
  lookFor("x");
  find.setReplacement("xx");
  find.replaceCurrent();
  expect(prompts()).toEqual(["xx x", "x"]);
  find.replaceCurrent();
  find.replaceCurrent();
  expect(prompts()).toEqual(["xx xx", "xx"]);
  expect(state().current).toBe(0);
});

test("the matches that the user did not exclude are replaced as one edit", () => {
  const { openFlow, find, lookFor, prompts, state } = openWith(promptStep("a", "x x"), promptStep("b", "x"));
  lookFor("x");
  find.exclude(state().matches[1]!, true);
  find.setReplacement("y");
  find.replaceChosen();
  expect(prompts()).toEqual(["y x", "y"]);
  openFlow.undo();
  expect(prompts()).toEqual(["x x", "x"]);
});

test("replacing first repeats the search if the flow has changed", () => {
  const { openFlow, find, lookFor, prompts } = openWith(promptStep("a", "x"));
  lookFor("x");
  find.setReplacement("y");
  const [node] = openFlow.getState().history.document.steps;
  openFlow.edit({ type: "setConfig", key: node!.key, path: ["userPrompt"], value: "one x" });
  find.replaceChosen();
  expect(prompts()).toEqual(["one y"]);
});

test("a replacement that would empty a step's name or exceed a condition's length is rejected", () => {
  const { openFlow, find, lookFor, state } = openWith(
    buildStep("draft", { name: "Draft" }),
    buildStep("b", { when: `flag ${"x".repeat(490)}` }),
  );
  const before = openFlow.getState().history.document;
  lookFor("Draft");
  find.replaceChosen();
  expect(state().refusal).toBe("“Draft” would have no name. Nothing was replaced.");
  lookFor("flag");
  expect(state().refusal).toBeUndefined();
  find.setReplacement("a longer flag");
  find.replaceCurrent();
  expect(state().refusal).toContain("exceed 500 characters");
  expect(openFlow.getState().history.document).toBe(before);
});
