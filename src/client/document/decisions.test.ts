import { expect, test } from "vitest";
import { applyCommand } from "#core/command.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";
import { choicesOf, decide, decideAll, stateOf } from "./decisions.ts";

const base = parseFlow(
  buildFlow(
    "f",
    ["a", "b"].map((id) => buildStep(id)),
  ),
);
const rename = (document: FlowDocument, key: string, name: string) =>
  applyCommand(document, { type: "renameStep", key: key as StepKey, name });
const remove = (document: FlowDocument, key: string) =>
  applyCommand(document, { type: "removeSteps", keys: [key as StepKey] });
const clashesOf = (mine: FlowDocument, theirs: FlowDocument) => mergeDocuments(base, mine, theirs).clashes;

test("a choice holds for as long as both sides are as they were when it was made", () => {
  const mine = rename(base, "a", "Mine");
  const [clash] = clashesOf(mine, rename(base, "a", "Theirs"));
  const decisions = decide(new Map(), clash!, "mine");
  const stateWith = (here: FlowDocument, there: FlowDocument) => {
    const [now] = clashesOf(here, there);
    return stateOf(decisions, now!);
  };
  expect(stateOf(new Map(), clash!)).toBe("open");
  expect(stateWith(mine, rename(base, "a", "Theirs"))).toBe("decided");
  // What else is edited meanwhile is another matter.
  expect(stateWith(rename(mine, "b", "B2"), rename(base, "a", "Theirs"))).toBe("decided");
  expect(stateWith(mine, rename(base, "a", "Theirs, newer"))).toBe("stale");
  expect(stateWith(rename(base, "a", "Mine, newer"), rename(base, "a", "Theirs"))).toBe("stale");
  expect(stateWith(mine, remove(base, "a"))).toBe("open");
});

test("a removal that was kept is asked again when the kept step becomes another", () => {
  const [clash] = clashesOf(rename(base, "a", "Mine"), remove(base, "a"));
  const decisions = decide(new Map(), clash!, "mine");
  const [same] = clashesOf(rename(base, "a", "Mine"), remove(base, "a"));
  const [other] = clashesOf(rename(base, "a", "Newer"), remove(base, "a"));
  expect(stateOf(decisions, same!)).toBe("decided");
  expect(stateOf(decisions, other!)).toBe("stale");
});

test("all of one side are chosen by one press, and the merge takes them", () => {
  const mine = rename(rename(base, "a", "A mine"), "b", "B mine");
  const theirs = rename(rename(base, "a", "A theirs"), "b", "B theirs");
  const clashes = clashesOf(mine, theirs);
  const names = (document: FlowDocument) => document.steps.map(({ fields }) => fields["name"]);
  const choose = (side: "mine" | "theirs") =>
    names(mergeDocuments(base, mine, theirs, choicesOf(decideAll(new Map(), clashes, side))).document);
  expect(choose("mine")).toEqual(["A mine", "B mine"]);
  expect(choose("theirs")).toEqual(["A theirs", "B theirs"]);
});

test("all of one side leave what was put together in a step whose removal was chosen meanwhile", () => {
  const [removal] = clashesOf(rename(base, "b", "Mine"), remove(base, "b"));
  const [inside] = clashesOf(rename(base, "a", "Mine"), rename(base, "a", "Theirs"));
  const written = { value: "Ours" };
  const decisions = decideAll(decide(new Map(), inside!, written), [removal!], "theirs");
  expect(decisions.get(inside!.id)?.written).toBe(written);
});

test("what was put together by hand is kept while a side is chosen, and is there again", () => {
  const clashes = clashesOf(rename(base, "a", "Mine"), rename(base, "a", "Theirs"));
  const [clash] = clashes;
  const written = { value: "Ours" };
  const byHand = decide(new Map(), clash!, written);
  for (const decisions of [decide(byHand, clash!, "theirs"), decideAll(byHand, clashes, "theirs")]) {
    expect(choicesOf(decisions).get(clash!.id)).toBe("theirs");
    expect(decisions.get(clash!.id)?.written).toBe(written);
  }
});
