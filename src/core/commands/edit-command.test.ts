import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  type RandomFlowEdit,
  TEST_CASE_COUNT_MULTIPLIER,
  convertRandomFlowEditToCommand,
  editArbitrary,
  flowArbitrary,
  buildFlowOfNestedConditionals,
  storedFlowArbitrary,
} from "#core/testing/arbitrary-flow.ts";
import { type EditCommand, applyEditCommand, describeEditCommand } from "./edit-command.ts";
import type { JsonObject } from "#core/json/json.ts";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import {
  BRANCH_NAMES,
  type FlowDocument,
  type FlowJson,
  type StepKey,
  type StepNode,
  parseFlowDocument,
  toApiStep,
  createStepNodeFromJson,
} from "#core/document/flow-document.ts";
import {
  ROOT_STEP_LIST_REF,
  findStepList,
  findStep,
  listKeysOfStepAndNestedSteps,
  getLocationsOfAllSteps,
} from "#core/document/step-list.ts";

const key = (text: string) => text as StepKey;
const flow = buildDocument(
  buildStep("fetch", { config: { http: { url: "x", method: "GET" }, outputVariable: "page" } }),
  buildConditional("route", [buildStep("queue"), buildStep("hide")], [buildStep("approve")]),
  buildStep("log"),
);
const then = { type: "branch", step: key("route"), branch: "trueSteps" } as const;
const stepAfter = (id: string, command: EditCommand) =>
  toApiStep(findStep(applyEditCommand(flow, command), key(id))!);

it("inserting steps puts the steps at the given index of any list", () => {
  const steps = [createStepNodeFromJson({ id: "new", type: "prompt" })];
  const inBranch = applyEditCommand(flow, { type: "insertSteps", steps, place: { list: then, index: 1 } });
  expect(findStepList(inBranch, then)?.map((node) => node.key)).toEqual(["queue", "new", "hide"]);
});

const conditionalOf = (id: string, inner: JsonObject) =>
  createStepNodeFromJson({ id, type: "conditional", config: { trueSteps: [inner] } });
it.each<[string, readonly StepNode[], number]>([
  ["a new step's key is already used in the flow", [conditionalOf("new", { id: "hide" })], 0],
  ["two new steps have the same key", ["n", "m"].map((id) => conditionalOf(id, { type: "prompt" })), 0],
  ["the index is outside the list", [createStepNodeFromJson({ id: "new", type: "prompt" })], 4],
  ["there are no steps", [], 0],
])("inserting steps is refused if %s", (_, steps, index) => {
  const place = { list: ROOT_STEP_LIST_REF, index };
  expect(applyEditCommand(flow, { type: "insertSteps", steps, place })).toBe(flow);
});

it("inserting steps is refused beyond the maximum depth", () => {
  const deep = parseFlowDocument(buildFlowOfNestedConditionals());
  const list = { type: "branch", step: key("level-10"), branch: "falseSteps" } as const;
  const insert = (type: string) =>
    applyEditCommand(deep, {
      type: "insertSteps",
      steps: [createStepNodeFromJson({ id: "new", type })],
      place: { list, index: 0 },
    });
  expect(findStepList(insert("prompt"), list)).toHaveLength(1);
  expect(insert("conditional")).toBe(deep);
});

it("renaming a variable and replacing text apply every text edit to the step that it names", () => {
  const edits = [
    { key: key("fetch"), at: ["config", "outputVariable"], text: "body" },
    { key: key("queue"), at: ["name"], text: "Line up" },
  ];
  const after = applyEditCommand(flow, { type: "renameVariable", from: "page", to: "body", edits });
  expect(findStep(after, key("fetch"))?.fields["config"]).toMatchObject({ outputVariable: "body" });
  expect(findStep(after, key("queue"))?.fields["name"]).toBe("Line up");
  expect(applyEditCommand(flow, { type: "replaceText", edits })).toEqual(after);
});

it.each([
  [["http", "url"], "y", '{"http":{"url":"y","method":"GET"},"outputVariable":"page"}'],
  [["http"], undefined, '{"outputVariable":"page"}'],
])("changing a step sets or removes the config path %j, and keeps the rest", (path, value, config) => {
  const after = stepAfter("fetch", { type: "setConfig", key: key("fetch"), path, value });
  expect(JSON.stringify(after["config"])).toBe(config);
});

it("removing steps removes nested steps and shares unchanged steps", () => {
  const after = applyEditCommand(flow, { type: "removeSteps", keys: [key("hide"), key("log")] });
  expect(findStepList(after, then)?.map((node) => node.key)).toEqual(["queue"]);
  expect(after.steps[0]).toBe(flow.steps[0]);
});

it("changing a step keeps the order of the step's keys", () => {
  const after = stepAfter("fetch", { type: "renameStep", key: key("fetch"), name: "Get" });
  expect(Object.keys(after)).toEqual(Object.keys(flow.steps[0]!.fields));
  expect(after["name"]).toBe("Get");
});

it("changing a step removes an emptied `when` instead of sending an empty one", () => {
  const withWhen = applyEditCommand(flow, { type: "setWhen", key: key("log"), when: "x > 1" });
  expect(findStep(withWhen, key("log"))?.fields["when"]).toBe("x > 1");
  const without = applyEditCommand(withWhen, { type: "setWhen", key: key("log"), when: "" });
  expect("when" in findStep(without, key("log"))!.fields).toBe(false);
});

it("changing a step changes nothing if the value is equal, regardless of key order", () => {
  const value = { outputVariable: "page", http: { method: "GET", url: "x" } };
  expect(applyEditCommand(flow, { type: "setConfig", key: key("fetch"), path: [], value })).toBe(flow);
});

const place = { list: ROOT_STEP_LIST_REF, index: 0 };
const prompts = (...names: (string | undefined)[]) =>
  names.map((name, at) => createStepNodeFromJson({ id: `n${at}`, type: "prompt", ...(name && { name }) }));
const textEdit = (id: string) => ({ key: key(id), at: ["name"], text: "x" });

it.each<[string, EditCommand]>([
  ["move “Log”", { type: "moveSteps", keys: [key("log")], place }],
  ["move 2 steps", { type: "moveSteps", keys: [key("log"), key("fetch")], place }],
  ["move “Route”", { type: "moveSteps", keys: [key("route"), key("queue")], place }],
  ["add “Write”", { type: "insertSteps", steps: prompts("Write"), place }],
  ["duplicate “prompt”", { type: "insertSteps", steps: prompts(undefined), place, verb: "duplicate" }],
  ["paste 2 steps", { type: "insertSteps", steps: prompts("A", "B"), place, verb: "paste" }],
  ["delete “Hide”", { type: "removeSteps", keys: [key("hide")] }],
  ["cut 2 steps", { type: "removeSteps", keys: [key("hide"), key("log")], verb: "cut" }],
  ["switch off “Log”", { type: "setEnabled", keys: [key("log")], enabled: false }],
  ["switch on 2 steps", { type: "setEnabled", keys: [key("log"), key("hide")], enabled: true }],
  ["rename “Log”", { type: "renameStep", key: key("log"), name: "x" }],
  ["edit condition of “Log”", { type: "setWhen", key: key("log"), when: "x" }],
  ["edit “Log”", { type: "setConfig", key: key("log"), path: [], value: {} }],
  ["rename variable “page” to “body”", { type: "renameVariable", from: "page", to: "body", edits: [] }],
  ["replace 1 text", { type: "replaceText", edits: [textEdit("log")] }],
  ["replace 2 texts", { type: "replaceText", edits: [textEdit("log"), textEdit("hide")] }],
  ["rename flow", { type: "renameFlow", name: "x" }],
  ["edit description", { type: "setDescription", description: "x" }],
  ["restore version 3", { type: "replaceDocument", document: flow, reason: "restore version 3" }],
  ["delete and fix", { type: "sequence", commands: [], label: "delete and fix" }],
])("the undo list describes an edit as “%s”", (text, command) => {
  expect(describeEditCommand(flow, command)).toBe(text);
});

const anyEdits = fc.array(editArbitrary, { minLength: 1, maxLength: 12 });

const run = (source: FlowJson, edits: readonly RandomFlowEdit[]) => {
  let before = parseFlowDocument(source);
  return edits.map((edit, count) => {
    const command = convertRandomFlowEditToCommand(before, edit, count);
    const step = { before, command, after: applyEditCommand(before, command) };
    before = step.after;
    return step;
  });
};

it("any sequence of edits of any flow keeps keys and ids unique", () => {
  fc.assert(
    fc.property(storedFlowArbitrary, anyEdits, (source, edits) => {
      for (const { after } of run(source, edits)) {
        const nodes = after.steps.flatMap(nodesWithin);
        expect(getLocationsOfAllSteps(after).size).toBe(nodes.length);
        const ids = nodes.flatMap(({ fields }) => (typeof fields["id"] === "string" ? [fields["id"]] : []));
        expect(new Set(ids).size).toBe(ids.length);
      }
    }),
    { numRuns: 300 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("any sequence of edits of any flow keeps every step that is not deleted, and changes only steps that a command names", () => {
  fc.assert(
    fc.property(flowArbitrary, anyEdits, (source, edits) => {
      for (const { before, command, after } of run(source, edits)) {
        const now = getLocationsOfAllSteps(after);
        const gone = new Set(goneIn(before, command));
        const named = new Set(changedIn(command));
        for (const [step, { node }] of getLocationsOfAllSteps(before)) {
          if (gone.has(step)) continue;
          expect(now.has(step)).toBe(true);
          if (!named.has(step)) expect(now.get(step)?.node.fields).toBe(node.fields);
        }
      }
    }),
    { numRuns: 300 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

function nodesWithin(node: StepNode): readonly StepNode[] {
  return [node, ...BRANCH_NAMES.flatMap((branch) => node.branches?.[branch]?.flatMap(nodesWithin) ?? [])];
}

function goneIn(document: FlowDocument, command: EditCommand): readonly StepKey[] {
  const inside = (step: StepKey) => {
    const node = findStep(document, step);
    return node ? listKeysOfStepAndNestedSteps(node) : [];
  };
  if (command.type === "sequence") return command.commands.flatMap((part) => goneIn(document, part));
  if (command.type === "removeSteps") return command.keys.flatMap(inside);
  return command.type === "setConfig" ? inside(command.key).slice(1) : [];
}

function changedIn(command: EditCommand): readonly StepKey[] {
  switch (command.type) {
    case "setEnabled":
      return command.keys;
    case "renameStep":
    case "setWhen":
    case "setConfig":
      return [command.key];
    case "renameVariable":
    case "replaceText":
      return command.edits.map((edit) => edit.key);
    case "sequence":
      return command.commands.flatMap(changedIn);
    default:
      return [];
  }
}
