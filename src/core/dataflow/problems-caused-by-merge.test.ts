import { expect, it } from "vitest";
import { type EditCommand, applyEditCommand } from "#core/commands/edit-command.ts";
import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import { ROOT_STEP_LIST_REF } from "#core/document/step-list.ts";
import { analyzeFlow } from "./analyze.ts";
import { findProblemsCausedByMerge } from "./problems-caused-by-merge.ts";
import { documentOf, off, prompt, setter } from "#core/testing/short-flow.ts";

function faults(steps: readonly JsonObject[], mine: EditCommand, theirs: EditCommand): readonly string[] {
  const base = documentOf(...steps);
  const sides = [applyEditCommand(base, mine), applyEditCommand(base, theirs)] as const;
  const { document, conflicts } = mergeDocuments(base, ...sides);
  expect(conflicts).toEqual([]);
  return findProblemsCausedByMerge(analyzeFlow(document, types), sides, types).map(({ message }) => message);
}

const insert = (index: number, ...steps: readonly JsonObject[]): EditCommand => ({
  type: "insertSteps",
  steps: steps.map((fields): StepNode => ({ key: fields["id"] as StepKey, fields })),
  place: { list: ROOT_STEP_LIST_REF, index },
});
const remove = (key: string): EditCommand => ({ type: "removeSteps", keys: [key as StepKey] });
const move = (key: string, index: number): EditCommand => ({
  type: "moveSteps",
  keys: [key as StepKey],
  place: { list: ROOT_STEP_LIST_REF, index },
});
const write = (key: string, text: string): EditCommand => ({
  type: "setConfig",
  key: key as StepKey,
  path: ["userPrompt"],
  value: text,
});
const rename = (name: string): EditCommand => ({ type: "renameFlow", name });

const fetch = setter("Fetch", "page");
const clean = setter("Clean", "text");
const summarise = prompt("Summarise", "{{page}}", "summary");

it("a merge reports a problem if one side adds a step that reads a variable removed by the other side", () => {
  const lost = "“Tag” reads “page”, which “Fetch” no longer sets.";
  const tag = insert(2, prompt("Tag", "{{page}} {{page.title}}"));
  expect(faults([fetch, clean], tag, remove("fetch"))).toEqual([lost]);
  expect(faults([fetch, clean], remove("fetch"), tag)).toEqual([lost]);
  expect(faults([fetch, clean], write("clean", "{{page}}"), remove("fetch"))).toEqual([
    "“Clean” reads “page”, which “Fetch” no longer sets.",
  ]);
});

it("a merge reports a problem if the moves of both sides together put a step before the step that it reads", () => {
  const steps = [fetch, clean, setter("Score", "score"), setter("Rank", "rank"), summarise];
  expect(faults(steps, move("fetch", 3), move("summarise", 2))).toEqual([
    "“Summarise” needs “page”, but “Fetch” sets it later (step 4).",
  ]);
});

it("a merge reports a problem if a step reads another value because the other side inserted a step that sets the variable", () => {
  const cache = insert(1, setter("Cache", "page"));
  expect(faults([fetch, clean], cache, write("clean", "{{page}}"))).toEqual([
    "After the merge, “Clean” reads “page” from “Cache” instead of “Fetch”.",
  ]);
});

it("a merge reports a problem if a step reads a step that the other side disabled", () => {
  const [message = "", ...others] = faults([fetch, clean], write("clean", "{{page}}"), {
    type: "setEnabled",
    keys: ["fetch" as StepKey],
    enabled: false,
  });
  expect(message).toMatch(/^“Clean” reads “page” from “Fetch”, which is off/);
  expect(others).toEqual([]);
});

it("a merge reports no problem for a reference that one side alone broke", () => {
  expect(faults([fetch, summarise], rename("Mine"), remove("fetch"))).toEqual([]);
  expect(faults([fetch, summarise], rename("Mine"), move("fetch", 2))).toEqual([]);
  expect(faults([fetch, off(clean), summarise], write("summarise", "{{text}}"), rename("Theirs"))).toEqual(
    [],
  );
});

it("a merge reports no problem for an input, or for a reference that still finds its value", () => {
  expect(faults([fetch, clean], write("clean", "{{topic}}"), remove("fetch"))).toEqual([]);
  expect(faults([fetch, clean, summarise], write("clean", "{{page}}"), move("summarise", 1))).toEqual([]);
});
