import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { parseFlowLike } from "./adopt-flow.ts";
import { aimEdit, anyEdit, anyFlow, buildDeepFlow } from "./arbitrary-flow.ts";
import { applyCommand } from "./command.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import {
  BRANCHES,
  type FlowSource,
  type StepNode,
  parseFlow,
  toWireList,
  toWireStep,
} from "./flow-document.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "./json.ts";
import { isSameDocument } from "./save-body.ts";
import { locateSteps } from "./step-list.ts";

const flowTexts = Object.entries(
  import.meta.glob<string>("/e2e/flows/*.json", { query: "?raw", import: "default", eager: true }),
);

function readFlow(text: string): FlowSource {
  const body = JSON.parse(text);
  return { name: body.name, flowSteps: body.flowSteps ?? body.steps };
}

/** The rule of the contract, said once more and apart: every list by `order`, if all of its steps have a number. */
function sortLists(steps: readonly JsonObject[]): readonly JsonObject[] {
  const numbered = steps.every((step) => typeof step["order"] === "number");
  const sorted = numbered ? steps.toSorted((a, b) => Number(a["order"]) - Number(b["order"])) : steps;
  return sorted.map((step) => {
    const { config } = step;
    if (step["type"] !== "conditional" || !isJsonObject(config)) return step;
    const entries = Object.entries(config).map(([key, value]): [string, JsonValue] =>
      key === "trueSteps" || key === "falseSteps" ? [key, sortIfSteps(value)] : [key, value],
    );
    return mapKey(step, "config", Object.fromEntries(entries));
  });
}

function sortIfSteps(value: JsonValue): JsonValue {
  return Array.isArray(value) && value.every(isJsonObject) ? sortLists(value) : value;
}

function mapKey(object: JsonObject, key: string, value: JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, old]) => [name, name === key ? value : old]));
}

const write = (nodes: readonly StepNode[]) => nodes.map(toWireStep);

describe("a flow that is read and written again", () => {
  test.each(flowTexts)("%s keeps every key, value and order", (_file, text) => {
    const source = readFlow(text);
    expect(JSON.stringify(write(parseFlow(source).steps))).toBe(JSON.stringify(source.flowSteps));
  });

  it("keeps every value in its place, whatever the API sent", () => {
    fc.assert(
      fc.property(anyFlow, (source) => {
        expect(JSON.stringify(write(parseFlow(source).steps))).toBe(
          JSON.stringify(sortLists(source.flowSteps)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("is made of the very objects that came, unless a list had to be sorted", () => {
    fc.assert(
      fc.property(anyFlow, (source) => {
        const sorted = sortLists(source.flowSteps);
        const again = write(parseFlow({ ...source, flowSteps: sorted }).steps);
        expect(again.every((step, index) => step === sorted[index])).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("is read in the order that it was edited to, whatever numbers came", () => {
    fc.assert(
      fc.property(anyFlow, fc.array(anyEdit, { maxLength: 4 }), (source, edits) => {
        const document = edits.reduce(
          (now, edit, count) => applyCommand(now, aimEdit(now, edit, count)),
          parseFlow(source),
        );
        const { name, description } = document;
        const again = parseFlowLike(document, { name, description, flowSteps: toWireList(document.steps) });
        expect(isSameDocument(document, again)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps a key named __proto__ as plain data", () => {
    const step = JSON.parse('{"id":"a","type":"x","__proto__":{"polluted":true},"config":{"__proto__":1}}');
    const [written] = write(parseFlow({ name: "f", flowSteps: [step] }).steps);
    expect(JSON.stringify(written)).toBe(JSON.stringify(step));
    expect("polluted" in {}).toBe(false);
  });
});

describe("a step's key", () => {
  it("is its own, whatever ids are missing or doubled", () => {
    fc.assert(
      fc.property(anyFlow, (source) => {
        const document = parseFlow(source);
        const count = (nodes: readonly StepNode[]): number =>
          nodes.reduce(
            (sum, { branches }) =>
              sum + 1 + BRANCHES.reduce((inner, branch) => inner + count(branches?.[branch] ?? []), 0),
            0,
          );
        expect(locateSteps(document).size).toBe(count(document.steps));
      }),
    );
  });

  it("is the id where that is free, and the wire keeps the doubled id", () => {
    const document = parseFlow(buildFlow("f", [buildStep("a"), buildStep("a"), { type: "prompt" }]));
    expect(document.steps.map((node) => node.key)).toEqual(["a", "a~2", "~2"]);
    expect(write(document.steps).map((step) => step["id"])).toEqual(["a", "a", undefined]);
  });

  it("stays when the same flow is read again like the document it was", () => {
    fc.assert(
      fc.property(anyFlow, (source) => {
        const document = parseFlow(source);
        const again = parseFlow({ ...source, flowSteps: write(document.steps) }, document);
        expect([...locateSteps(again).keys()]).toEqual([...locateSteps(document).keys()]);
      }),
    );
  });

  it("stays when the server gave an id to a step that had none", () => {
    const document = parseFlow({ name: "f", flowSteps: [{ type: "prompt", name: "Bare" }] });
    const answer = { name: "f", flowSteps: [{ type: "prompt", name: "Bare", id: "step_1" }] };
    expect(parseFlow(answer, document).steps[0]?.key).toBe(document.steps[0]?.key);
  });
});

describe("branches", () => {
  const onlyStep = (step: JsonObject) => parseFlow({ name: "f", flowSteps: [step] }).steps[0];

  it("of a conditional without lists are empty and open", () => {
    expect(onlyStep({ id: "a", type: "conditional" })?.branches).toEqual({ trueSteps: [], falseSteps: [] });
  });

  it("that hold no steps are closed", () => {
    const node = onlyStep({ id: "a", type: "conditional", config: { trueSteps: ["?"], falseSteps: null } });
    expect(node?.branches).toEqual({ trueSteps: undefined, falseSteps: undefined });
  });

  it("are closed where the config is not an object, so that nothing overwrites it", () => {
    const node = onlyStep({ id: "a", type: "conditional", config: "later" });
    expect(node?.branches).toEqual({ trueSteps: undefined, falseSteps: undefined });
  });

  it("belong to conditionals only: a loop is opaque", () => {
    expect(onlyStep({ id: "a", type: "loop", config: { trueSteps: [] } })?.branches).toBeUndefined();
  });

  it("are read sorted by order, and nested ten deep", () => {
    const document = parseFlow(buildDeepFlow());
    expect(locateSteps(document).get("bottom" as never)?.level).toBe(10);
    const shuffled = buildConditional("if", [buildStep("b", { order: 2 }), buildStep("a", { order: 1 })]);
    expect(onlyStep(shuffled)?.branches?.trueSteps?.map((node) => node.key)).toEqual(["a", "b"]);
  });
});
