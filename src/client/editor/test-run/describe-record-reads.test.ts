import { expect, it } from "vitest";
import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { analyzeFlow } from "#core/dataflow/analyze.ts";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { describeRecordReaders, createSampleRecordJson } from "./record-fields.tsx";

const buildTemplateStep = (id: string, value: string, fields: JsonObject = {}) =>
  buildStep(id, { type: "set-variable", config: { variableName: id, valueTemplate: value }, ...fields });
function readsOf(...steps: readonly JsonObject[]) {
  const document = buildDocument(...steps);
  const { recordReads, inputs } = analyzeFlow(document, stepTypeLookup);
  return { document, recordReads, inputs };
}

it("the description of record reads names the steps and fields that templates and scripts read", () => {
  const script = buildStep("check", {
    type: "transform-data",
    config: { script: "return _record.metadata.city + input._record.type", outputVariable: "out" },
  });
  const { document, recordReads, inputs } = readsOf(
    buildTemplateStep("greet", "{{_record.name}}"),
    buildConditional("route", [script]),
  );
  expect(inputs).toEqual([]);
  expect(describeRecordReaders(document, recordReads)).toBe(
    "Read by “Greet” and 1 more step: name, metadata.city, type.",
  );
  expect(JSON.parse(createSampleRecordJson(recordReads))).toEqual({
    name: "Sample",
    type: "sample",
    metadata: { city: "" },
  });
});

it("the description of record reads names steps that load the run's record, but not those that load another one", () => {
  const load = (id: string, config: JsonObject) => buildStep(id, { type: "retrieve-record", config });
  const { document, recordReads } = readsOf(
    load("other", { recordId: "record_1", outputVariable: "a" }),
    load("own", { outputVariable: "b" }),
  );
  expect(describeRecordReaders(document, recordReads)).toBe("Read by “Own”.");
});

it("the analysis ignores record reads of disabled steps", () => {
  const off = buildTemplateStep("off", "{{_record.name}}", { enabled: false });
  const load = buildStep("load", { type: "get-record", config: { outputVariable: "b" } });
  const { recordReads } = readsOf(off, { ...buildConditional("route", [load]), enabled: false });
  expect(recordReads).toEqual([]);
});
