import { describe, expect, test } from "vitest";
import { type Command, applyCommand } from "#core/command.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import type { JsonPath, JsonValue } from "#core/json.ts";
import { createStep } from "#core/new-step.ts";
import { type StepListRef, ROOT, findList, findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import type { Choice, Clash } from "./clash.ts";
import { mergeDocuments } from "./merge-documents.ts";

const key = (id: string) => id as StepKey;
const then: StepListRef = { type: "branch", step: key("route"), branch: "trueSteps" };

const base = parseFlow(
  buildFlow("Digest", [
    buildStep("fetch", { config: { userPrompt: "One.\nTwo.\nThree.", model: "gpt-4" } }),
    buildConditional("route", [buildStep("queue")], [buildStep("hide")]),
    buildStep("summarise"),
    buildStep("notify"),
  ]),
);

const edit = (...commands: readonly Command[]) => commands.reduce(applyCommand, base);
const move = (id: string, list: StepListRef, index: number): Command => ({
  type: "moveSteps",
  keys: [key(id)],
  place: { list, index },
});
const set = (id: string, path: JsonPath, value: JsonValue): Command => ({
  type: "setConfig",
  key: key(id),
  path,
  value,
});
const add = (id: string, index: number): Command => ({
  type: "insertSteps",
  steps: [createStep({ id, type: "prompt", name: id, enabled: true, config: {} })],
  place: { list: ROOT, index },
});
const remove = (id: string): Command => ({ type: "removeSteps", keys: [key(id)] });

const merge = (mine: FlowDocument, theirs: FlowDocument, choice?: Choice) => {
  const { clashes } = mergeDocuments(base, mine, theirs);
  return mergeDocuments(base, mine, theirs, new Map(choice ? clashes.map(({ id }) => [id, choice]) : []));
};
const order = (document: FlowDocument, list = ROOT) => findList(document, list)?.map(({ key: id }) => id);
const kinds = (clashes: readonly Clash[]) => clashes.map(({ type, key: id }) => `${type} ${id}`);

describe("what only one side did", () => {
  test("is all there: moved here, renamed there, switched off and added", () => {
    const { document, clashes } = merge(
      edit(move("notify", ROOT, 0), add("mine", 4)),
      edit(
        { type: "renameStep", key: key("notify"), name: "Tell everybody" },
        { type: "setEnabled", keys: [key("fetch")], enabled: false },
        add("theirs", 1),
      ),
    );
    expect(clashes).toEqual([]);
    expect(order(document)).toEqual(["notify", "fetch", "theirs", "route", "summarise", "mine"]);
    expect(stepName(findStep(document, key("notify"))!)).toBe("Tell everybody");
    expect(findStep(document, key("fetch"))?.fields["enabled"]).toBe(false);
  });

  test("stands even inside a step that the other side moved", () => {
    const { document, clashes } = merge(edit(move("route", ROOT, 4)), edit(set("queue", ["note"], "x")));
    expect(clashes).toEqual([]);
    expect(order(document)?.at(-1)).toBe("route");
    expect(findStep(document, key("queue"))?.fields["config"]).toEqual({ note: "x" });
  });

  test("is merged by lines within one text", () => {
    const path = ["userPrompt"];
    const { document, clashes } = merge(
      edit(set("fetch", path, "One!\nTwo.\nThree.")),
      edit(set("fetch", path, "One.\nTwo.\nThree!")),
    );
    expect(clashes).toEqual([]);
    expect(findStep(document, key("fetch"))?.fields["config"]).toMatchObject({
      userPrompt: "One!\nTwo.\nThree!",
    });
  });
});

describe("what both did in different ways", () => {
  test("to one field is a clash, and either side or a third value can hold", () => {
    const [mine, theirs] = [edit(set("fetch", ["model"], "gpt-5")), edit(set("fetch", ["model"], "claude"))];
    expect(kinds(merge(mine, theirs).clashes)).toEqual(["field fetch"]);
    const model = (choice?: Choice) =>
      findStep(merge(mine, theirs, choice).document, key("fetch"))?.fields["config"];
    expect(model()).toMatchObject({ model: "gpt-5" });
    expect(model("theirs")).toMatchObject({ model: "claude" });
    expect(model({ value: "o5" })).toMatchObject({ model: "o5" });
  });

  test("a step that is removed here and changed there stays until somebody decides", () => {
    const [mine, theirs] = [edit(remove("summarise")), edit(set("summarise", ["model"], "x"))];
    expect(kinds(merge(mine, theirs).clashes)).toEqual(["removal summarise"]);
    expect(order(merge(mine, theirs).document)).toContain("summarise");
    expect(order(merge(mine, theirs, "mine").document)).not.toContain("summarise");
    expect(order(merge(theirs, mine, "mine").document)).toContain("summarise");
  });

  test("what was added inside a step that the other side removed keeps that step", () => {
    const inside: Command = {
      ...(add("new", 0) as Extract<Command, { type: "insertSteps" }>),
      place: { list: then, index: 0 },
    };
    const [mine, theirs] = [edit(inside), edit(remove("route"))];
    expect(kinds(merge(mine, theirs).clashes)).toEqual(["removal route"]);
    expect(order(merge(mine, theirs).document, then)).toEqual(["new", "queue"]);
    expect(order(merge(mine, theirs, "theirs").document)).toEqual(["fetch", "summarise", "notify"]);
  });

  test("a step that was moved out before its conditional was removed stays where it went", () => {
    const mine = edit(move("queue", ROOT, 0), remove("route"));
    const { document, clashes } = merge(mine, edit(set("queue", ["note"], "x")));
    expect(clashes).toEqual([]);
    expect(order(document)).toEqual(["queue", "fetch", "summarise", "notify"]);
    expect(findStep(document, key("queue"))?.fields["config"]).toEqual({ note: "x" });
  });

  test("a step may have been moved back into a conditional that is removed here since, where that is not known", () => {
    const sent = edit(move("queue", ROOT, 0));
    const mine = applyCommand(sent, remove("route"));
    const theirs = edit({ type: "renameFlow", name: "Theirs" });
    expect(kinds(mergeDocuments(sent, mine, theirs).clashes)).toEqual(["removal route"]);
    expect(kinds(mergeDocuments(base, mine, theirs, new Map(), [sent]).clashes)).toContain("removal route");
  });

  test("a step that is moved out of a conditional before that is removed, and moved inside it there, can go where they put it", () => {
    const mine = edit(move("queue", ROOT, 0), remove("route"));
    const theirs = edit(move("queue", { ...then, branch: "falseSteps" }, 0));
    expect(kinds(merge(mine, theirs).clashes)).toEqual(["place queue", "removal route"]);
    const { document } = merge(mine, theirs, "theirs");
    expect(order(document, { ...then, branch: "falseSteps" })).toEqual(["queue", "hide"]);
  });

  test("a step that was moved to two places goes where it is decided", () => {
    const [mine, theirs] = [edit(move("notify", ROOT, 0)), edit(move("notify", then, 0))];
    expect(kinds(merge(mine, theirs).clashes)).toEqual(["place notify"]);
    expect(order(merge(mine, theirs).document)?.[0]).toBe("notify");
    expect(order(merge(mine, theirs, "theirs").document, then)).toEqual(["notify", "queue"]);
  });

  test("two steps that were moved into each other do not swallow one another", () => {
    const two = parseFlow(buildFlow("Two", [buildConditional("a", []), buildConditional("b", [])]));
    const into = (id: string, other: string): Command =>
      move(id, { type: "branch", step: key(other), branch: "trueSteps" }, 0);
    const [mine, theirs] = [applyCommand(two, into("a", "b")), applyCommand(two, into("b", "a"))];
    const { document, clashes } = mergeDocuments(two, mine, theirs);
    expect(kinds(clashes)).toEqual(["place a"]);
    expect(order(document)).toEqual(["b"]);
    // Both sides are asked about the same step.
    expect(kinds(mergeDocuments(two, theirs, mine).clashes)).toEqual(["place a"]);
    const decided = mergeDocuments(two, mine, theirs, new Map([[clashes[0]!.id, "theirs"]]));
    expect(order(decided.document)).toEqual(["a"]);
  });
});
