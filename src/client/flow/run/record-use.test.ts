import { expect, it } from "vitest";
import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { analyzeFlow } from "#core/dataflow/analyze.ts";
import type { JsonObject } from "#core/json/json.ts";
import { buildDocument, buildStep } from "#core/testing/flow-builder.ts";
import { findRecordUse, hasReadField } from "./record-use.ts";

function findUseOf(...steps: readonly JsonObject[]) {
  const document = buildDocument(...steps);
  const { inputs, recordReads } = analyzeFlow(document, stepTypeLookup);
  return findRecordUse(
    inputs.map(({ name }) => name),
    recordReads,
  );
}
const set = (valueTemplate: string) =>
  buildStep("set", { type: "set-variable", config: { variableName: "out", valueTemplate } });

it("a flow without inputs and record reads uses nothing of its record", () => {
  const use = findUseOf(set("hello {{_flow.name}}"));
  expect(use).toEqual({ type: "nothing" });
  expect(hasReadField(use, { city: "Bern" })).toBe(false);
});

it("a flow uses the metadata fields of its inputs and of its record reads", () => {
  const use = findUseOf(set("{{topic}} in {{_record.metadata.city}}"));
  expect(use).toEqual({ type: "fields", names: ["topic", "city"] });
  expect(hasReadField(use, { city: "" })).toBe(true);
  expect(hasReadField(use, { country: "Peru" })).toBe(false);
  expect(hasReadField(use, null)).toBe(false);
});

it("a flow that reads what every record has can use any record", () => {
  expect(findUseOf(set("{{topic}} of {{_record.name}}"))).toEqual({ type: "anyRecord" });
  const load = buildStep("load", { type: "retrieve-record", config: { outputVariable: "own" } });
  expect(hasReadField(findUseOf(load), {})).toBe(true);
});
