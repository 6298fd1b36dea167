import { expect, it } from "vitest";
import { applyCommand } from "./command.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import { type StepKey, parseFlow, toWireStep } from "./flow-document.ts";
import type { JsonObject } from "./json.ts";
import { findList, findStep } from "./step-list.ts";

// Edits of a conditional's config, which holds the lists of the steps inside it.

const key = (text: string) => text as StepKey;
const flow = parseFlow(
  buildFlow("Digest", [
    buildConditional("route", [buildStep("queue"), buildStep("hide")], [buildStep("approve")]),
  ]),
);
const then = { type: "branch", step: key("route"), branch: "trueSteps" } as const;

it("beside a conditional's lists leaves the steps inside it as they are", () => {
  const after = applyCommand(flow, {
    type: "setConfig",
    key: key("route"),
    path: ["condition"],
    value: "x > 1",
  });
  expect(findList(after, then)).toBe(findList(flow, then));
  expect(toWireStep(findStep(after, key("route"))!)["config"]).toMatchObject({
    condition: "x > 1",
    trueSteps: [{ id: "queue" }, { id: "hide" }],
  });
});

it("opens the lists of a conditional whose config was no object, and closes them again", () => {
  const closed = parseFlow(buildFlow("f", [{ id: "if", type: "conditional", config: "later" }]));
  const opened = applyCommand(closed, {
    type: "setConfig",
    key: key("if"),
    path: ["condition"],
    value: "x",
  });
  expect(opened.steps[0]?.branches?.trueSteps).toEqual([]);
  const again = applyCommand(opened, { type: "setConfig", key: key("if"), path: [0], value: "x" });
  expect(again.steps[0]?.branches?.trueSteps).toBeUndefined();
});

it("reads a conditional's lists anew when its config is edited as JSON, and keeps the keys of those that stay", () => {
  const config = { condition: "false", trueSteps: [buildStep("queue"), { type: "prompt", name: "No id" }] };
  const after = applyCommand(flow, { type: "setConfig", key: key("route"), path: [], value: config });
  expect(findList(after, then)?.map((node) => node.key)).toEqual(["queue", "~2"]);
  expect(findList(after, { ...then, branch: "falseSteps" })).toEqual([]);
  expect(toWireStep(findStep(after, key("route"))!)["config"]).toEqual(config);
});

it("keeps what was moved inside a conditional where it is when its config is edited as JSON", () => {
  const numbered = [buildStep("one", { order: 0 }), buildStep("two", { order: 1 })];
  const list = { type: "branch", step: key("if"), branch: "trueSteps" } as const;
  const moved = applyCommand(parseFlow(buildFlow("f", [buildConditional("if", numbered)])), {
    type: "moveSteps",
    keys: [key("two")],
    place: { list, index: 0 },
  });
  const config = toWireStep(findStep(moved, key("if"))!)["config"] as JsonObject;
  const value = { ...config, condition: "x" };
  const after = applyCommand(moved, { type: "setConfig", key: key("if"), path: [], value });
  expect(findList(after, list)).toEqual(findList(moved, list));
  const emptied = applyCommand(moved, {
    type: "setConfig",
    key: key("if"),
    path: ["falseSteps"],
    value: [],
  });
  expect(findList(emptied, list)).toEqual(findList(moved, list));
});

it("gives the key of a step inside to no other one when the lists are written anew", () => {
  const route = parseFlow(buildFlow("f", [buildConditional("if", [{ type: "prompt", name: "No id" }])]));
  const list = { type: "branch", step: key("if"), branch: "trueSteps" } as const;
  const value = [buildStep("new"), { type: "prompt", name: "No id" }, buildStep("if")];
  const after = applyCommand(route, { type: "setConfig", key: key("if"), path: ["trueSteps"], value });
  expect(findList(after, list)?.map((node) => node.key)).toEqual(["new", "~2", "if~2"]);
  expect(findList(after, list)?.[1]).toBe(findList(route, list)?.[0]);
});
