import { isJsonObject } from "#core/json.ts";
import type { ReferenceFields, StepTypes } from "./reference.ts";

// Enough of the catalogue for tests of the core, which cannot import the contract.

const none: ReferenceFields = { scripts: [], liquid: [], variables: [], outputs: [["outputVariable"]] };

const fields: ReadonlyMap<string, ReferenceFields> = new Map([
  ["conditional", { ...none, scripts: [["condition"]] }],
  ["transform-data", { ...none, scripts: [["script"]] }],
  ["wait-until", { ...none, scripts: [["condition"], ["poll", "condition"]] }],
  ["template", { ...none, liquid: [["template"], ["partials"]], liquidInputs: [["inputs"]] }],
  ["set-variable", { ...none, outputs: [["variableName"]] }],
  ["upsert-record", { ...none, variables: [["sourceVariable"]] }],
  ["prompt", { ...none, variables: [["previousMessages"]] }],
]);

export const sampleStepTypes: StepTypes = {
  referenceFields: (type) => fields.get(type) ?? none,
  checkConfig: (_, config) =>
    isJsonObject(config) && config["limit"] !== undefined && typeof config["limit"] !== "number"
      ? [{ path: ["limit"], message: "Limit must be a number." }]
      : [],
};
