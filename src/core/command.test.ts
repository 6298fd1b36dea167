import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Edit, aimEdit, anyEdit, anyFlow, buildDeepFlow, storedFlow } from "./arbitrary-flow.ts";
import { type Command, applyCommand } from "./command.ts";
import { describeCommand } from "./describe-command.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import {
  BRANCHES,
  type FlowDocument,
  type FlowSource,
  type StepKey,
  type StepNode,
  parseFlow,
  toWireStep,
} from "./flow-document.ts";
import { createStep } from "./new-step.ts";
import { ROOT, findList, findStep, keysWithin, locateSteps } from "./step-list.ts";

const key = (text: string) => text as StepKey;
const flow = parseFlow(
  buildFlow("Digest", [
    buildStep("fetch", { config: { http: { url: "x", method: "GET" }, outputVariable: "page" } }),
    buildConditional("route", [buildStep("queue"), buildStep("hide")], [buildStep("approve")]),
    buildStep("log"),
  ]),
);
const then = { type: "branch", step: key("route"), branch: "trueSteps" } as const;
const wire = (id: string, command: Command) => toWireStep(findStep(applyCommand(flow, command), key(id))!);

describe("inserting steps", () => {
  it("puts new steps into a gap of any list", () => {
    const steps = [createStep({ id: "new", type: "prompt" })];
    const inBranch = applyCommand(flow, { type: "insertSteps", steps, place: { list: then, index: 1 } });
    expect(findList(inBranch, then)?.map((node) => node.key)).toEqual(["queue", "new", "hide"]);
  });

  it("is refused where a key is taken, anywhere in the flow", () => {
    const steps = [createStep({ id: "new", type: "conditional", config: { trueSteps: [{ id: "hide" }] } })];
    expect(applyCommand(flow, { type: "insertSteps", steps, place: { list: ROOT, index: 0 } })).toBe(flow);
  });

  it("is refused where a key comes twice among the new steps", () => {
    const nameless = (id: string) =>
      createStep({ id, type: "conditional", config: { trueSteps: [{ type: "prompt" }] } });
    const steps = [nameless("n"), nameless("m")];
    expect(applyCommand(flow, { type: "insertSteps", steps, place: { list: ROOT, index: 0 } })).toBe(flow);
  });

  it("is refused deeper than a flow may be", () => {
    const deep = parseFlow(buildDeepFlow());
    const list = { type: "branch", step: key("level-10"), branch: "falseSteps" } as const;
    const insert = (type: string) =>
      applyCommand(deep, {
        type: "insertSteps",
        steps: [createStep({ id: "new", type })],
        place: { list, index: 0 },
      });
    expect(findList(insert("prompt"), list)).toHaveLength(1);
    expect(insert("conditional")).toBe(deep);
  });

  it("is refused outside the list, and for no steps", () => {
    const steps = [createStep({ id: "new", type: "prompt" })];
    expect(applyCommand(flow, { type: "insertSteps", steps, place: { list: ROOT, index: 4 } })).toBe(flow);
    expect(applyCommand(flow, { type: "insertSteps", steps: [], place: { list: ROOT, index: 0 } })).toBe(
      flow,
    );
  });
});

describe("removing steps", () => {
  it("takes a conditional out with all that is inside", () => {
    const after = applyCommand(flow, { type: "removeSteps", keys: [key("route")] });
    expect(after.steps.map((node) => node.key)).toEqual(["fetch", "log"]);
  });

  it("takes nested steps out and shares the rest", () => {
    const after = applyCommand(flow, { type: "removeSteps", keys: [key("hide"), key("log")] });
    expect(findList(after, then)?.map((node) => node.key)).toEqual(["queue"]);
    expect(after.steps[0]).toBe(flow.steps[0]);
  });
});

it("a renamed variable and replaced texts are written into every step that they name", () => {
  const edits = [
    { key: key("fetch"), at: ["config", "outputVariable"], text: "body" },
    { key: key("queue"), at: ["name"], text: "Line up" },
  ];
  const after = applyCommand(flow, { type: "renameVariable", from: "page", to: "body", edits });
  expect(findStep(after, key("fetch"))?.fields["config"]).toMatchObject({ outputVariable: "body" });
  expect(findStep(after, key("queue"))?.fields["name"]).toBe("Line up");
  expect(applyCommand(flow, { type: "replaceText", edits })).toEqual(after);
});

describe("changing a step", () => {
  it("keeps the place of the key that changes", () => {
    const after = wire("fetch", { type: "renameStep", key: key("fetch"), name: "Get" });
    expect(Object.keys(after)).toEqual(Object.keys(flow.steps[0]!.fields));
    expect(after["name"]).toBe("Get");
  });

  it("takes an emptied `when` away instead of sending an empty one", () => {
    const withWhen = applyCommand(flow, { type: "setWhen", key: key("log"), when: "x > 1" });
    expect(findStep(withWhen, key("log"))?.fields["when"]).toBe("x > 1");
    const without = applyCommand(withWhen, { type: "setWhen", key: key("log"), when: "" });
    expect("when" in findStep(without, key("log"))!.fields).toBe(false);
  });

  it("sets one place in the config and nothing beside it", () => {
    const after = wire("fetch", { type: "setConfig", key: key("fetch"), path: ["http", "url"], value: "y" });
    expect(JSON.stringify(after["config"])).toBe(
      '{"http":{"url":"y","method":"GET"},"outputVariable":"page"}',
    );
  });

  it("takes a place out of the config", () => {
    const after = wire("fetch", { type: "setConfig", key: key("fetch"), path: ["http"], value: undefined });
    expect(after["config"]).toEqual({ outputVariable: "page" });
  });

  it("is no edit when the value is the same, whatever the order of its keys", () => {
    const value = { outputVariable: "page", http: { method: "GET", url: "x" } };
    expect(applyCommand(flow, { type: "setConfig", key: key("fetch"), path: [], value })).toBe(flow);
  });

  it("never touches a step that is not there", () => {
    expect(applyCommand(flow, { type: "renameStep", key: key("zzz"), name: "x" })).toBe(flow);
    expect(applyCommand(flow, { type: "setEnabled", keys: [key("zzz")], enabled: false })).toBe(flow);
  });
});

it("says each edit in words", () => {
  const place = { list: ROOT, index: 0 };
  const named: [Command, string][] = [
    [{ type: "moveSteps", keys: [key("log")], place }, "move Log"],
    [{ type: "moveSteps", keys: [key("log"), key("fetch")], place }, "move 2 steps"],
    [{ type: "moveSteps", keys: [key("route"), key("queue")], place }, "move Route"],
    [
      { type: "insertSteps", steps: [createStep({ id: "n", type: "prompt", name: "Write" })], place },
      "add Write",
    ],
    [
      { type: "insertSteps", steps: [createStep({ id: "n", type: "prompt" })], place, verb: "duplicate" },
      "duplicate prompt",
    ],
    [
      {
        type: "insertSteps",
        steps: ["n", "m"].map((id) => createStep({ id, type: "prompt" })),
        place,
        verb: "paste",
      },
      "paste 2 steps",
    ],
    [{ type: "removeSteps", keys: [key("hide")] }, "delete Hide"],
    [{ type: "removeSteps", keys: [key("hide"), key("log")], verb: "cut" }, "cut 2 steps"],
    [{ type: "setEnabled", keys: [key("log")], enabled: false }, "switch off Log"],
    [{ type: "setEnabled", keys: [key("log"), key("hide")], enabled: true }, "switch on 2 steps"],
    [{ type: "renameStep", key: key("log"), name: "x" }, "rename Log"],
    [{ type: "setWhen", key: key("log"), when: "x" }, "change when of Log"],
    [{ type: "setConfig", key: key("log"), path: [], value: {} }, "edit Log"],
    [{ type: "renameVariable", from: "page", to: "body", edits: [] }, "rename variable page to body"],
    [{ type: "replaceText", edits: [{ key: key("log"), at: ["name"], text: "x" }] }, "replace 1 text"],
    [
      {
        type: "replaceText",
        edits: ["log", "hide"].map((id) => ({ key: key(id), at: ["name"], text: "x" })),
      },
      "replace 2 texts",
    ],
    [{ type: "renameFlow", name: "x" }, "rename flow"],
    [{ type: "setDescription", description: "x" }, "edit description"],
    [{ type: "replaceDocument", document: flow, reason: "restore version 3" }, "restore version 3"],
    [
      { type: "sequence", commands: [], label: "delete Hide and mend 2 steps" },
      "delete Hide and mend 2 steps",
    ],
  ];
  expect(named.map(([command]) => describeCommand(flow, command))).toEqual(named.map(([, words]) => words));
});

describe("any sequence of edits of any flow", () => {
  const anyEdits = fc.array(anyEdit, { minLength: 1, maxLength: 12 });

  /** Every document from the first to the last, with the command that made it. */
  const run = (source: FlowSource, edits: readonly Edit[]) => {
    let before = parseFlow(source);
    return edits.map((edit, count) => {
      const command = aimEdit(before, edit, count);
      const step = { before, command, after: applyCommand(before, command) };
      before = step.after;
      return step;
    });
  };

  it("leaves every step a key of its own, and no id there twice", () => {
    fc.assert(
      fc.property(storedFlow, anyEdits, (source, edits) => {
        for (const { after } of run(source, edits)) {
          const nodes = after.steps.flatMap(nodesWithin);
          expect(locateSteps(after).size).toBe(nodes.length);
          const ids = nodes.flatMap(({ fields }) => (typeof fields["id"] === "string" ? [fields["id"]] : []));
          expect(new Set(ids).size).toBe(ids.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("loses no step that it does not delete, and changes none that it does not name", () => {
    fc.assert(
      fc.property(anyFlow, anyEdits, (source, edits) => {
        for (const { before, command, after } of run(source, edits)) {
          const now = locateSteps(after);
          const gone = new Set(goneIn(before, command));
          const named = new Set(changedIn(command));
          for (const [step, { node }] of locateSteps(before)) {
            if (gone.has(step)) continue;
            expect(now.has(step)).toBe(true);
            if (!named.has(step)) expect(now.get(step)?.node.fields).toBe(node.fields);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

function nodesWithin(node: StepNode): readonly StepNode[] {
  return [node, ...BRANCHES.flatMap((branch) => node.branches?.[branch]?.flatMap(nodesWithin) ?? [])];
}

/** Steps that the command may take away: what is deleted, and what was inside a conditional whose JSON was written. */
function goneIn(document: FlowDocument, command: Command): readonly StepKey[] {
  const inside = (step: StepKey) => {
    const node = findStep(document, step);
    return node ? keysWithin(node) : [];
  };
  if (command.type === "sequence") return command.commands.flatMap((part) => goneIn(document, part));
  if (command.type === "removeSteps") return command.keys.flatMap(inside);
  return command.type === "setConfig" ? inside(command.key).slice(1) : [];
}

/** Steps whose own fields the command may change. */
function changedIn(command: Command): readonly StepKey[] {
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
