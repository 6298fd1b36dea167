import * as fc from "fast-check";
import { expect, it, test } from "vitest";
import { applyEditedFlowJson, parseFlowReusingStepKeys } from "./apply-edited-flow-json.ts";
import { flowArbitrary } from "#core/testing/arbitrary-flow.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import {
  MAX_LINEAR_TIME_GROWTH_FACTOR,
  measureTimeGrowthForFourfoldInput,
} from "#core/testing/measure-growth.ts";
import { type FlowDocument, parseFlowDocument } from "./flow-document.ts";
import { formatFlowAsJson } from "./format-flow.ts";
import { getLocationsOfAllSteps } from "./step-list.ts";

const mintIds = () => {
  let count = 0;
  return () => `new_${(count += 1)}`;
};

function editText(document: FlowDocument, edit: (text: string) => string): FlowDocument {
  return applyEditedFlowJson(document, JSON.parse(edit(formatFlowAsJson(document))), mintIds());
}

const digest = () =>
  parseFlowDocument({
    ...buildFlow("Digest", [
      buildStep("fetch"),
      buildConditional("route", [buildStep("queue")], [buildStep("hide")]),
      buildStep("notify"),
    ]),
    description: null,
  });

test("adopting a flow's edited JSON returns the same document if nothing was changed", () => {
  fc.assert(
    fc.property(flowArbitrary, (source) => {
      const document = parseFlowDocument(source);
      expect(editText(document, (text) => text)).toBe(document);
    }),
  );
});

test("adopting a flow's edited JSON produces a document equal to the JSON, with unique keys", () => {
  fc.assert(
    fc.property(flowArbitrary, flowArbitrary, (before, after) => {
      const wanted = parseFlowDocument(after);
      const read = applyEditedFlowJson(
        parseFlowDocument(before),
        JSON.parse(formatFlowAsJson(wanted)),
        mintIds(),
      );
      const ids = /"id": "new_\d+",?\s*/g;
      const { flowSteps, name } = JSON.parse(formatFlowAsJson(read).replaceAll(ids, ""));
      const expected = JSON.parse(formatFlowAsJson(wanted));
      expect({ flowSteps, name }).toEqual({ flowSteps: expected.flowSteps, name: expected.name });
      const keys = getLocationsOfAllSteps(read);
      expect(keys.size).toBe(getLocationsOfAllSteps(wanted).size);
    }),
  );
});

test("adopting a flow's edited JSON keeps unchanged steps identical, also inside a conditional", () => {
  const before = digest();
  const after = editText(before, (text) => text.replace('"Hide"', '"Hide it"'));
  expect(after.steps[0]).toBe(before.steps[0]);
  expect(after.steps[1]).not.toBe(before.steps[1]);
  expect(after.steps[1]?.branches?.trueSteps).toBe(before.steps[1]?.branches?.trueSteps);
  expect(after.steps[1]?.branches?.falseSteps?.[0]?.fields["name"]).toBe("Hide it");
  expect(after.steps[2]).toBe(before.steps[2]);
});

test("adopting a flow's edited JSON follows the order in the JSON even if the order numbers differ", () => {
  const before = digest();
  const { flowSteps, ...flow } = JSON.parse(formatFlowAsJson(before));
  const after = applyEditedFlowJson(before, { ...flow, flowSteps: flowSteps.toReversed() }, mintIds());
  expect(after.steps).toEqual(before.steps.toReversed());
  expect(after.steps[0]).toBe(before.steps[2]);
});

test("adopting a flow's edited JSON sorts new steps by their order numbers if all have one", () => {
  const steps = [buildStep("b", { order: 1 }), buildStep("a", { order: 0 })];
  const after = applyEditedFlowJson(digest(), { name: "Digest", flowSteps: steps }, mintIds());
  expect(after.steps.map(({ key }) => key)).toEqual(["a", "b"]);
});

test("adopting a flow's edited JSON generates ids for new steps, but not for existing steps without an id", () => {
  const before = parseFlowDocument({ name: "F", flowSteps: [{ type: "prompt", name: "Old" }] });
  const old = { type: "prompt", name: "Old" };
  const added = { type: "prompt", name: "New" };
  const after = applyEditedFlowJson(before, { name: "F", flowSteps: [added, old] }, mintIds());
  expect(after.steps[1]).toBe(before.steps[0]);
  expect(after.steps[0]?.fields).toEqual({ id: "new_1", ...added });
  const edited = applyEditedFlowJson(before, { name: "F", flowSteps: [added] }, mintIds());
  expect(edited.steps[0]).toEqual({ key: before.steps[0]?.key, fields: added });
});

test("adopting a flow's edited JSON clears a description that was removed, but adds none if there was none", () => {
  const described = parseFlowDocument({ name: "F", description: "What for", flowSteps: [] });
  expect(applyEditedFlowJson(described, { name: "F", flowSteps: [] }, mintIds()).description).toBeNull();
  const unknown = parseFlowDocument({ name: "F", flowSteps: [] });
  expect(applyEditedFlowJson(unknown, { name: "F", flowSteps: [] }, mintIds())).toBe(unknown);
});

const flowOf = (count: number, text: string) => ({
  name: "",
  flowSteps: [
    buildConditional(
      "c",
      Array.from({ length: count }, (_, index) => ({ type: "prompt", name: `${text} ${index}`, config: {} })),
    ),
  ],
});
it.each([
  ["unchanged", "was"],
  ["all changed", "now"],
])("nested steps without ids are matched in linear time if they are %s", (_, text) => {
  const run = (size: number) =>
    parseFlowReusingStepKeys(parseFlowDocument(flowOf(size, "was")), flowOf(size, text));
  expect(measureTimeGrowthForFourfoldInput(run)).toBeLessThan(MAX_LINEAR_TIME_GROWTH_FACTOR);
});
