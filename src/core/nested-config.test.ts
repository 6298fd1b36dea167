import { expect, it } from "vitest";
import { applyEditCommand } from "./commands/edit-command.ts";
import { parseOutline, buildDocument, buildConditional, buildStep } from "./testing/flow-builder.ts";
import { type StepKey, toApiStep } from "./document/flow-document.ts";
import type { JsonObject } from "./json/json.ts";
import { findStepList, findStep } from "./document/step-list.ts";

const key = (text: string) => text as StepKey;
const flow = parseOutline("route(queue hide|approve)");
const then = { type: "branch", step: key("route"), branch: "trueSteps" } as const;

it("editing another field of a conditional keeps its nested steps", () => {
  const after = applyEditCommand(flow, {
    type: "setConfig",
    key: key("route"),
    path: ["condition"],
    value: "x > 1",
  });
  expect(findStepList(after, then)).toBe(findStepList(flow, then));
  expect(toApiStep(findStep(after, key("route"))!)["config"]).toMatchObject({
    condition: "x > 1",
    trueSteps: [{ id: "queue" }, { id: "hide" }],
  });
});

it("a conditional has branches exactly while its config is an object", () => {
  const closed = buildDocument({ id: "if", type: "conditional", config: "later" });
  const opened = applyEditCommand(closed, {
    type: "setConfig",
    key: key("if"),
    path: ["condition"],
    value: "x",
  });
  expect(opened.steps[0]?.branches?.trueSteps).toEqual([]);
  const again = applyEditCommand(opened, { type: "setConfig", key: key("if"), path: [0], value: "x" });
  expect(again.steps[0]?.branches?.trueSteps).toBeUndefined();
});

it("editing a conditional's config as JSON parses its lists again, and keeps the keys of unchanged steps", () => {
  const config = { condition: "false", trueSteps: [buildStep("queue"), { type: "prompt", name: "No id" }] };
  const after = applyEditCommand(flow, { type: "setConfig", key: key("route"), path: [], value: config });
  expect(findStepList(after, then)?.map((node) => node.key)).toEqual(["queue", "~2"]);
  expect(findStepList(after, { ...then, branch: "falseSteps" })).toEqual([]);
  expect(toApiStep(findStep(after, key("route"))!)["config"]).toEqual(config);
});

it("editing a conditional's config as JSON keeps the order of moved nested steps", () => {
  const numbered = [buildStep("one", { order: 0 }), buildStep("two", { order: 1 })];
  const list = { type: "branch", step: key("if"), branch: "trueSteps" } as const;
  const moved = applyEditCommand(buildDocument(buildConditional("if", numbered)), {
    type: "moveSteps",
    keys: [key("two")],
    place: { list, index: 0 },
  });
  const config = toApiStep(findStep(moved, key("if"))!)["config"] as JsonObject;
  const value = { ...config, condition: "x" };
  const after = applyEditCommand(moved, { type: "setConfig", key: key("if"), path: [], value });
  expect(findStepList(after, list)).toEqual(findStepList(moved, list));
  const emptied = applyEditCommand(moved, {
    type: "setConfig",
    key: key("if"),
    path: ["falseSteps"],
    value: [],
  });
  expect(findStepList(emptied, list)).toEqual(findStepList(moved, list));
});

it("rewriting a conditional's lists keeps the keys of nested steps unique", () => {
  const route = buildDocument(buildConditional("if", [{ type: "prompt", name: "No id" }]));
  const list = { type: "branch", step: key("if"), branch: "trueSteps" } as const;
  const value = [buildStep("new"), { type: "prompt", name: "No id" }, buildStep("if")];
  const after = applyEditCommand(route, { type: "setConfig", key: key("if"), path: ["trueSteps"], value });
  expect(findStepList(after, list)?.map((node) => node.key)).toEqual(["new", "~2", "if~2"]);
  expect(findStepList(after, list)?.[1]).toBe(findStepList(route, list)?.[0]);
});
