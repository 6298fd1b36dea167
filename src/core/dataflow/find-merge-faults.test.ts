import { describe, expect, it } from "vitest";
import { type Command, applyCommand } from "#core/command.ts";
import type { StepKey, StepNode } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";
import { sampleStepTypes as types } from "#core/references/sample-step-types.ts";
import { ROOT } from "#core/step-list.ts";
import { analyse } from "./analyse.ts";
import { findMergeFaults } from "./find-merge-faults.ts";
import { flowOf, off, prompt, sets } from "./short-flow.ts";

/** What only the merge of two edits of one flow breaks. */
function faults(steps: readonly JsonObject[], mine: Command, theirs: Command): readonly string[] {
  const base = flowOf(...steps);
  const sides = [applyCommand(base, mine), applyCommand(base, theirs)] as const;
  const { document, clashes } = mergeDocuments(base, ...sides);
  expect(clashes).toEqual([]);
  return findMergeFaults(analyse(document, types), sides, types).map(({ message }) => message);
}

const insert = (index: number, ...steps: readonly JsonObject[]): Command => ({
  type: "insertSteps",
  steps: steps.map((fields): StepNode => ({ key: fields["id"] as StepKey, fields })),
  place: { list: ROOT, index },
});
const remove = (key: string): Command => ({ type: "removeSteps", keys: [key as StepKey] });
const move = (key: string, index: number): Command => ({
  type: "moveSteps",
  keys: [key as StepKey],
  place: { list: ROOT, index },
});
const write = (key: string, text: string): Command => ({
  type: "setConfig",
  key: key as StepKey,
  path: ["userPrompt"],
  value: text,
});
const rename = (name: string): Command => ({ type: "renameFlow", name });

const fetch = sets("Fetch", "page");
const clean = sets("Clean", "text");
const summarise = prompt("Summarise", "{{page}}", "summary");

describe("what only a merge breaks", () => {
  it("is a new step that reads what the other side took away", () => {
    const lost = "Tag reads “page”, which no step sets any more: it came from Fetch.";
    const tag = insert(2, prompt("Tag", "{{page}} {{page.title}}"));
    expect(faults([fetch, clean], tag, remove("fetch"))).toEqual([lost]);
    expect(faults([fetch, clean], remove("fetch"), tag)).toEqual([lost]);
    expect(faults([fetch, clean], write("clean", "{{page}}"), remove("fetch"))).toEqual([
      "Clean reads “page”, which no step sets any more: it came from Fetch.",
    ]);
  });

  it("is a step that both sides moved past what it reads, each by a part of the way", () => {
    const steps = [fetch, clean, sets("Score", "score"), sets("Rank", "rank"), summarise];
    expect(faults(steps, move("fetch", 3), move("summarise", 2))).toEqual([
      "Summarise reads “page”, which Fetch sets later, at step 4.",
    ]);
  });

  it("is a step that reads another’s value because the other side put one between", () => {
    const cache = insert(1, sets("Cache", "page"));
    expect(faults([fetch, clean], cache, write("clean", "{{page}}"))).toEqual([
      "Clean now reads “page” from Cache; without the merge it came from Fetch.",
    ]);
  });

  it("is what the other side switched off", () => {
    const [message = "", ...others] = faults([fetch, clean], write("clean", "{{page}}"), {
      type: "setEnabled",
      keys: ["fetch" as StepKey],
      enabled: false,
    });
    expect(message).toMatch(/^Clean reads “page”, .*Fetch.*off/);
    expect(others).toEqual([]);
  });
});

describe("what a merge does not break", () => {
  it("is what one side broke by itself", () => {
    expect(faults([fetch, summarise], rename("Mine"), remove("fetch"))).toEqual([]);
    expect(faults([fetch, summarise], rename("Mine"), move("fetch", 2))).toEqual([]);
    expect(faults([fetch, off(clean), summarise], write("summarise", "{{text}}"), rename("Theirs"))).toEqual(
      [],
    );
  });

  it("is an input that a side reads, and what still finds its value", () => {
    expect(faults([fetch, clean], write("clean", "{{topic}}"), remove("fetch"))).toEqual([]);
    expect(faults([fetch, clean, summarise], write("clean", "{{page}}"), move("summarise", 1))).toEqual([]);
  });
});
