import { expect, test } from "vitest";
import { type EditCommand, applyEditCommand } from "#core/commands/edit-command.ts";
import { buildDocument, parseOutline, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type FlowDocument, type StepKey, createStepNodeFromJson } from "#core/document/flow-document.ts";
import type { JsonPath, JsonValue } from "#core/json/json.ts";
import { type StepListRef, ROOT_STEP_LIST_REF, findStepList, findStep } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import type { ConflictChoice, MergeConflict } from "./conflict.ts";
import { mergeDocuments } from "./merge-documents.ts";

const key = (id: string) => id as StepKey;
const then: StepListRef = { type: "branch", step: key("route"), branch: "trueSteps" };

const base = buildDocument(
  buildStep("fetch", { config: { userPrompt: "One.\nTwo.\nThree.", model: "gpt-4" } }),
  buildConditional("route", [buildStep("queue")], [buildStep("hide")]),
  buildStep("summarise"),
  buildStep("notify"),
);

const edit = (...commands: readonly EditCommand[]) => commands.reduce(applyEditCommand, base);
const move = (id: string, list: StepListRef, index: number): EditCommand => ({
  type: "moveSteps",
  keys: [key(id)],
  place: { list, index },
});
const set = (id: string, path: JsonPath, value: JsonValue | undefined): EditCommand => ({
  type: "setConfig",
  key: key(id),
  path,
  value,
});
const add = (id: string, index: number): EditCommand => ({
  type: "insertSteps",
  steps: [createStepNodeFromJson({ id, type: "prompt", name: id, enabled: true, config: {} })],
  place: { list: ROOT_STEP_LIST_REF, index },
});
const remove = (id: string): EditCommand => ({ type: "removeSteps", keys: [key(id)] });

const merge = (mine: FlowDocument, theirs: FlowDocument, choice?: ConflictChoice) => {
  const { conflicts } = mergeDocuments(base, mine, theirs);
  return mergeDocuments(base, mine, theirs, {
    choices: new Map(choice ? conflicts.map(({ id }) => [id, choice]) : []),
  });
};
const order = (document: FlowDocument, list = ROOT_STEP_LIST_REF) =>
  findStepList(document, list)?.map(({ key: id }) => id);
const kinds = (conflicts: readonly MergeConflict[]) => conflicts.map(({ type, key: id }) => `${type} ${id}`);

test("a change of one side is merged if it moves, renames, disables or adds a step", () => {
  const { document, conflicts } = merge(
    edit(move("notify", ROOT_STEP_LIST_REF, 0), add("mine", 4)),
    edit(
      { type: "renameStep", key: key("notify"), name: "Tell everybody" },
      { type: "setEnabled", keys: [key("fetch")], enabled: false },
      add("theirs", 1),
    ),
  );
  expect(conflicts).toEqual([]);
  expect(order(document)).toEqual(["notify", "fetch", "theirs", "route", "summarise", "mine"]);
  expect(getStepName(findStep(document, key("notify"))!)).toBe("Tell everybody");
  expect(findStep(document, key("fetch"))?.fields["enabled"]).toBe(false);
});

test("a change of one side is merged inside a step that the other side moved", () => {
  const { document, conflicts } = merge(
    edit(move("route", ROOT_STEP_LIST_REF, 4)),
    edit(set("queue", ["note"], "x")),
  );
  expect(conflicts).toEqual([]);
  expect(order(document)?.at(-1)).toBe("route");
  expect(findStep(document, key("queue"))?.fields["config"]).toEqual({ note: "x" });
});

test("a change of one side is merged by lines within one text", () => {
  const path = ["userPrompt"];
  const { document, conflicts } = merge(
    edit(set("fetch", path, "One!\nTwo.\nThree.")),
    edit(set("fetch", path, "One.\nTwo.\nThree!")),
  );
  expect(conflicts).toEqual([]);
  expect(findStep(document, key("fetch"))?.fields["config"]).toMatchObject({
    userPrompt: "One!\nTwo.\nThree!",
  });
});

test("different changes of both sides to one field are a conflict that either side or a third value resolves", () => {
  const [mine, theirs] = [edit(set("fetch", ["model"], "gpt-5")), edit(set("fetch", ["model"], "claude"))];
  expect(kinds(merge(mine, theirs).conflicts)).toEqual(["field fetch"]);
  const model = (choice?: ConflictChoice) =>
    findStep(merge(mine, theirs, choice).document, key("fetch"))?.fields["config"];
  expect(model()).toMatchObject({ model: "gpt-5" });
  expect(model("theirs")).toMatchObject({ model: "claude" });
  expect(model({ value: "o5" })).toMatchObject({ model: "o5" });
});

test("different changes of both sides keep a step that one side removed and the other changed, until the user decides", () => {
  const [mine, theirs] = [edit(remove("summarise")), edit(set("summarise", ["model"], "x"))];
  expect(kinds(merge(mine, theirs).conflicts)).toEqual(["removal summarise"]);
  expect(order(merge(mine, theirs).document)).toContain("summarise");
  expect(order(merge(mine, theirs, "mine").document)).not.toContain("summarise");
  expect(order(merge(theirs, mine, "mine").document)).toContain("summarise");
});

test("different changes of both sides conflict if one side adds a step inside a conditional that the other removes", () => {
  const inside: EditCommand = {
    ...(add("new", 0) as Extract<EditCommand, { type: "insertSteps" }>),
    place: { list: then, index: 0 },
  };
  const [mine, theirs] = [edit(inside), edit(remove("route"))];
  expect(kinds(merge(mine, theirs).conflicts)).toEqual(["removal route"]);
  expect(order(merge(mine, theirs).document, then)).toEqual(["new", "queue"]);
  expect(order(merge(mine, theirs, "theirs").document)).toEqual(["fetch", "summarise", "notify"]);
});

test("different changes of both sides keep a step that one side moved out of a conditional before removing the conditional", () => {
  const mine = edit(move("queue", ROOT_STEP_LIST_REF, 0), remove("route"));
  const { document, conflicts } = merge(mine, edit(set("queue", ["note"], "x")));
  expect(conflicts).toEqual([]);
  expect(order(document)).toEqual(["queue", "fetch", "summarise", "notify"]);
  expect(findStep(document, key("queue"))?.fields["config"]).toEqual({ note: "x" });
});

test("different changes of both sides conflict if one side removes a conditional after an unacknowledged save moved a step out of it", () => {
  const sent = edit(move("queue", ROOT_STEP_LIST_REF, 0));
  const mine = applyEditCommand(sent, remove("route"));
  const theirs = edit({ type: "renameFlow", name: "Theirs" });
  expect(kinds(mergeDocuments(sent, mine, theirs).conflicts)).toEqual(["removal route"]);
  expect(kinds(mergeDocuments(base, mine, theirs, { otherPossibleBases: [sent] }).conflicts)).toContain(
    "removal route",
  );
});

test("different changes of both sides can restore a removed conditional if the other side moved a step inside the conditional", () => {
  const mine = edit(move("queue", ROOT_STEP_LIST_REF, 0), remove("route"));
  const theirs = edit(move("queue", { ...then, branch: "falseSteps" }, 0));
  expect(kinds(merge(mine, theirs).conflicts)).toEqual(["place queue", "removal route"]);
  const { document } = merge(mine, theirs, "theirs");
  expect(order(document, { ...then, branch: "falseSteps" })).toEqual(["queue", "hide"]);
});

test("different changes of both sides conflict if a step is moved to two places", () => {
  const [mine, theirs] = [edit(move("notify", ROOT_STEP_LIST_REF, 0)), edit(move("notify", then, 0))];
  expect(kinds(merge(mine, theirs).conflicts)).toEqual(["place notify"]);
  expect(order(merge(mine, theirs).document)?.[0]).toBe("notify");
  expect(order(merge(mine, theirs, "theirs").document, then)).toEqual(["notify", "queue"]);
  const inSameList = edit(move("notify", ROOT_STEP_LIST_REF, 1));
  expect(kinds(merge(mine, inSameList).conflicts)).toEqual(["place notify"]);
  expect(order(merge(mine, inSameList, "theirs").document)?.[1]).toBe("notify");
});

test("a merge removes a field that one side removed, even if every object inherits its name", () => {
  const named = applyEditCommand(base, set("queue", ["constructor"], "x"));
  const mine = applyEditCommand(named, set("queue", ["constructor"], undefined));
  const theirs = applyEditCommand(named, set("queue", ["note"], "y"));
  const { document } = mergeDocuments(named, mine, theirs);
  expect(findStep(document, key("queue"))?.fields["config"]).toEqual({ note: "y" });
});

test("two steps that the sides moved to one place take the order of the side that changed their order", () => {
  const abcd = parseOutline("a b c d");
  const to = (id: string) => applyEditCommand(abcd, move(id, ROOT_STEP_LIST_REF, 4));
  const [changed, kept] = [to("a"), to("b")];
  expect([order(changed), order(kept)]).toEqual(["b c d a", "a c d b"].map((keys) => keys.split(" ")));
  for (const sides of [[changed, kept] as const, [kept, changed] as const]) {
    const { document, conflicts } = mergeDocuments(abcd, ...sides);
    expect(conflicts).toEqual([]);
    expect(order(document)).toEqual(["c", "d", "b", "a"]);
  }
});

test("different changes of both sides conflict if two conditionals are moved into each other", () => {
  const two = parseOutline("a() b()");
  const into = (id: string, other: string): EditCommand =>
    move(id, { type: "branch", step: key(other), branch: "trueSteps" }, 0);
  const [mine, theirs] = [applyEditCommand(two, into("a", "b")), applyEditCommand(two, into("b", "a"))];
  const { document, conflicts } = mergeDocuments(two, mine, theirs);
  expect(kinds(conflicts)).toEqual(["place a"]);
  expect(order(document)).toEqual(["b"]);
  expect(kinds(mergeDocuments(two, theirs, mine).conflicts)).toEqual(["place a"]);
  const decided = mergeDocuments(two, mine, theirs, { choices: new Map([[conflicts[0]!.id, "theirs"]]) });
  expect(order(decided.document)).toEqual(["a"]);
});
