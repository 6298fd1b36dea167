import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseFlowReusingStepKeys } from "./apply-edited-flow-json.ts";
import {
  TEST_CASE_COUNT_MULTIPLIER,
  applyRandomEdits,
  editArbitrary,
  flowArbitrary,
  buildFlowOfNestedConditionals,
} from "#core/testing/arbitrary-flow.ts";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { BRANCH_NAMES, type StepNode, parseFlowDocument, toApiSteps, toApiStep } from "./flow-document.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { getLocationsOfAllSteps } from "./step-list.ts";

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

const write = (nodes: readonly StepNode[]) => nodes.map(toApiStep);

it("a flow that is parsed and written again keeps every value and key order for any API response", () => {
  fc.assert(
    fc.property(flowArbitrary, (source) => {
      expect(JSON.stringify(write(parseFlowDocument(source).steps))).toBe(
        JSON.stringify(sortLists(source.flowSteps)),
      );
    }),
    { numRuns: 500 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("a flow that is parsed and written again reuses the original objects unless a list had to be sorted", () => {
  fc.assert(
    fc.property(flowArbitrary, (source) => {
      const sorted = sortLists(source.flowSteps);
      const again = write(parseFlowDocument({ ...source, flowSteps: sorted }).steps);
      expect(again.every((step, index) => step === sorted[index])).toBe(true);
    }),
    { numRuns: 300 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("a flow that is parsed and written again keeps the edited order when it is parsed again, despite stale order numbers", () => {
  fc.assert(
    fc.property(flowArbitrary, fc.array(editArbitrary, { maxLength: 4 }), (source, edits) => {
      const document = applyRandomEdits(parseFlowDocument(source), edits);
      const { name, description } = document;
      const again = parseFlowReusingStepKeys(document, {
        name,
        description,
        flowSteps: toApiSteps(document.steps),
      });
      expect(isDocumentUnchangedForSave(document, again)).toBe(true);
    }),
    { numRuns: 1000 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("a flow that is parsed and written again keeps a key named __proto__ as plain data", () => {
  const step = JSON.parse('{"id":"a","type":"x","__proto__":{"polluted":true},"config":{"__proto__":1}}');
  const [written] = write(parseFlowDocument({ name: "f", flowSteps: [step] }).steps);
  expect(JSON.stringify(written)).toBe(JSON.stringify(step));
  expect("polluted" in {}).toBe(false);
});

it("a step's key is unique even if ids are missing or duplicate", () => {
  fc.assert(
    fc.property(flowArbitrary, (source) => {
      const document = parseFlowDocument(source);
      const count = (nodes: readonly StepNode[]): number =>
        nodes.reduce(
          (sum, { branches }) =>
            sum + 1 + BRANCH_NAMES.reduce((inner, branch) => inner + count(branches?.[branch] ?? []), 0),
          0,
        );
      expect(getLocationsOfAllSteps(document).size).toBe(count(document.steps));
    }),
  );
});

it("a step's key is the step's id if the id is unique; duplicate ids are saved unchanged", () => {
  const document = buildDocument(buildStep("a"), buildStep("a"), { type: "prompt" });
  expect(document.steps.map((node) => node.key)).toEqual(["a", "a~2", "~2"]);
  expect(write(document.steps).map((step) => step["id"])).toEqual(["a", "a", undefined]);
});

it("a step's key stays the same when a new version of the flow is parsed with the previous document", () => {
  fc.assert(
    fc.property(flowArbitrary, (source) => {
      const document = parseFlowDocument(source);
      const again = parseFlowDocument({ ...source, flowSteps: write(document.steps) }, document);
      expect([...getLocationsOfAllSteps(again).keys()]).toEqual([...getLocationsOfAllSteps(document).keys()]);
    }),
  );
});

it("a step's key stays the same when the server assigns an id to a step without one", () => {
  const document = parseFlowDocument({ name: "f", flowSteps: [{ type: "prompt", name: "Bare" }] });
  const answer = { name: "f", flowSteps: [{ type: "prompt", name: "Bare", id: "step_1" }] };
  expect(parseFlowDocument(answer, document).steps[0]?.key).toBe(document.steps[0]?.key);
});

const onlyStep = (step: JsonObject) => parseFlowDocument({ name: "f", flowSteps: [step] }).steps[0];

it("branches of a conditional without lists are empty lists", () => {
  expect(onlyStep({ id: "a", type: "conditional" })?.branches).toEqual({ trueSteps: [], falseSteps: [] });
});

it("branches that are not lists of steps are undefined", () => {
  const node = onlyStep({ id: "a", type: "conditional", config: { trueSteps: ["?"], falseSteps: null } });
  expect(node?.branches).toEqual({ trueSteps: undefined, falseSteps: undefined });
});

it("branches are undefined if the config is not an object, so that edits do not overwrite the config", () => {
  const node = onlyStep({ id: "a", type: "conditional", config: "later" });
  expect(node?.branches).toEqual({ trueSteps: undefined, falseSteps: undefined });
});

it("branches exist only for conditionals, not for loops", () => {
  expect(onlyStep({ id: "a", type: "loop", config: { trueSteps: [] } })?.branches).toBeUndefined();
});

it("branches are sorted by order, and parsed up to ten levels deep", () => {
  const document = parseFlowDocument(buildFlowOfNestedConditionals());
  expect(getLocationsOfAllSteps(document).get("bottom" as never)?.level).toBe(10);
  const shuffled = buildConditional("if", [buildStep("b", { order: 2 }), buildStep("a", { order: 1 })]);
  expect(onlyStep(shuffled)?.branches?.trueSteps?.map((node) => node.key)).toEqual(["a", "b"]);
});
