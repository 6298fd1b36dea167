import { expect, it } from "vitest";
import { stepTypeLookup } from "#contract/step-descriptions/describe-step-type.ts";
import { analyzeFlow } from "#core/dataflow/analyse.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { describeStepsAndFieldsReadingRecord, createSampleRecordJson } from "./record-fields.tsx";

const say = (id: string, value: string, fields: JsonObject = {}) =>
  buildStep(id, { type: "set-variable", config: { variableName: id, valueTemplate: value }, ...fields });
function readsOf(...steps: readonly JsonObject[]) {
  const document = parseFlowDocument(buildFlow("Digest", steps));
  const { recordReads, inputs } = analyzeFlow(document, stepTypeLookup);
  return { document, recordReads, inputs };
}

it("names the steps and record fields read in templates and scripts", () => {
  const script = buildStep("check", {
    type: "transform-data",
    config: { script: "return _record.metadata.city + input._record.type", outputVariable: "out" },
  });
  const { document, recordReads, inputs } = readsOf(
    say("greet", "{{_record.name}}"),
    buildConditional("route", [script]),
  );
  expect(inputs).toEqual([]);
  expect(describeStepsAndFieldsReadingRecord(document, recordReads)).toBe(
    "Read by “Greet” and 1 more step: name, metadata.city, type.",
  );
  expect(JSON.parse(createSampleRecordJson(recordReads))).toEqual({
    name: "Sample",
    type: "sample",
    metadata: { city: "" },
  });
});

it("names a step that loads the run's record, but not one that loads another record", () => {
  const load = (id: string, config: JsonObject) => buildStep(id, { type: "retrieve-record", config });
  const { document, recordReads } = readsOf(
    load("other", { recordId: "record_1", outputVariable: "a" }),
    load("own", { outputVariable: "b" }),
  );
  expect(describeStepsAndFieldsReadingRecord(document, recordReads)).toBe("Read by “Own”.");
});

it("ignores reads of disabled steps", () => {
  const off = say("off", "{{_record.name}}", { enabled: false });
  const load = buildStep("load", { type: "get-record", config: { outputVariable: "b" } });
  const { recordReads } = readsOf(off, {
    ...buildConditional("route", [load]),
    enabled: false,
  });
  expect(recordReads).toEqual([]);
});
