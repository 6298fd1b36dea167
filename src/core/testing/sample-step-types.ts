import { isJsonObject } from "#core/json/json.ts";
import type { StepTypeReferenceFieldPaths, StepTypeLookup } from "#core/references/reference.ts";
import { textReaders } from "#core/references/text-readers.ts";

// Defines some step types of the contract again for tests of the core, because the core cannot import the contract.

const none: StepTypeReferenceFieldPaths = {
  scripts: [],
  liquid: [],
  variables: [],
  outputs: [["outputVariable"]],
};

const fields: ReadonlyMap<string, StepTypeReferenceFieldPaths> = new Map([
  ["conditional", { ...none, scripts: [["condition"]], conditions: [["condition"]] }],
  ["transform-data", { ...none, scripts: [["script"]] }],
  ["wait-until", { ...none, scripts: [["condition"], ["poll", "condition"]] }],
  ["template", { ...none, liquid: [["template"], ["partials"]], liquidInputs: [["inputs"]] }],
  ["set-variable", { ...none, outputs: [["variableName"]] }],
  ["upsert-record", { ...none, variables: [["sourceVariable"]] }],
  ["prompt", { ...none, variables: [["previousMessages"]] }],
]);

export const sampleStepTypeLookup: StepTypeLookup = {
  referenceFields: (type) => fields.get(type) ?? none,
  needOf: (type) => (type === "prompt" ? "models" : type === "send-email" ? "mail" : undefined),
  sendsRequest: (type) => type === "fetch-url",
  readers: textReaders,
  checkConfig: (_, config) =>
    isJsonObject(config) && config["limit"] !== undefined && typeof config["limit"] !== "number"
      ? [{ path: ["limit"], message: "Limit must be a number." }]
      : [],
};
