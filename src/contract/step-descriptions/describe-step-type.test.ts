import { describe, expect, it, test } from "vitest";
import { STEP_TYPES } from "#contract/step-types.ts";
import { type JsonObject, setAtPath } from "#core/json.ts";
import { findStepDescription, stepTypes } from "./describe-step-type.ts";
import { findFieldPath } from "./find-field-path.ts";
import { findOtherPaths } from "./find-other-paths.ts";
import { getDescription, listComplaints } from "./list-complaints.ts";
import { newStepConfig } from "./new-step-config.ts";

const descriptions = STEP_TYPES.map(({ type }) => getDescription(type));
const fields = descriptions.flatMap(({ type, fields }) =>
  fields.map((field) => ({ field, at: `${type}: ${field.path.join(".")}` })),
);

describe("every step type", () => {
  test.each(STEP_TYPES.map(({ type }) => type))("%s is described", (type) => {
    expect(getDescription(type).help).toMatch(/^[A-Z][^.]*\.$/);
  });

  it("is described under its own name only", () => {
    expect(findStepDescription("constructor")).toBeUndefined();
    expect(findStepDescription("send-slack-message")).toBeUndefined();
    for (const { type } of STEP_TYPES) expect(getDescription(type).type).toBe(type);
  });

  test.each(descriptions)("$type names each place in the config once", ({ fields }) => {
    const places = fields.flatMap(({ path, aliases = [] }) => [path, ...aliases].map((at) => at.join(".")));
    expect(new Set(places).size).toBe(places.length);
    // No field may sit inside another: the two would overwrite each other.
    for (const place of places) expect(places.filter((other) => other.startsWith(`${place}.`))).toEqual([]);
  });

  test.each(descriptions)("$type labels no two fields alike", ({ fields }) => {
    expect(new Set(fields.map(({ label }) => label)).size).toBe(fields.length);
  });

  test.each(fields)("$at has a label and one sentence of help", ({ field }) => {
    expect(field.label).toMatch(/^[A-Z]/);
    expect(field.help).toMatch(/^[A-Z].*\.$/s);
    expect(field.help?.match(/\.(?=\s|$)/g)).toHaveLength(1);
  });

  test.each(descriptions)("$type starts with fields that everybody needs", ({ fields }) => {
    expect(fields[0]?.advanced).toBeUndefined();
    for (const field of fields) if (field.required) expect(field.advanced).toBeUndefined();
  });
});

describe("a new step", () => {
  test.each(descriptions)(
    "$type starts with a config that only lacks what is to be filled in",
    ({ type, newConfig }) => {
      expect(newStepConfig(type)).toEqual(newConfig);
      for (const complaint of listComplaints(type, newConfig))
        expect(complaint).toMatch(/ is needed: fill it in\.$/);
    },
  );

  test.each(descriptions)("$type starts with documented keys only", (description) => {
    expect(findOtherPaths(description, description.newConfig)).toEqual([]);
  });

  test.each(descriptions)("$type is right once its texts are filled in", ({ type, newConfig, fields }) => {
    const filled = fields
      .filter(({ required }) => required)
      .reduce<JsonObject>((config, field) => {
        const path = findFieldPath(field, config);
        return setAtPath(config, path, "filled") as JsonObject;
      }, newConfig);
    expect(listComplaints(type, filled)).toEqual([]);
  });

  it("of an unknown type only names its output", () => {
    expect(newStepConfig("send-slack-message")).toEqual({ outputVariable: "" });
  });
});

describe("the fields that hold more than text", () => {
  const none = { scripts: [], liquid: [], liquidInputs: [], variables: [], outputs: [["outputVariable"]] };

  test.each([
    ["prompt", none],
    ["fetch-url", none],
    ["transform-data", { ...none, scripts: [["script"]] }],
    ["template", { ...none, liquid: [["template"], ["partials"]], liquidInputs: [["inputs"]] }],
    ["conditional", { ...none, scripts: [["condition"]] }],
    ["wait-until", { ...none, scripts: [["condition"]] }],
    ["set-variable", { ...none, outputs: [["variableName"], ["outputVariable"]] }],
    ["upsert-record", { ...none, variables: [["sourceVariable"]] }],
    ["create-records", { ...none, variables: [["sourceVariable"]] }],
    ["send-stream", { ...none, variables: [["sourceVariable"]] }],
    ["save-memory", { ...none, variables: [["contentVariable"]] }],
    ["store-vector", { ...none, variables: [["vectorsSource"]] }],
    ["generate-embedding", { ...none, variables: [["inputSource"]] }],
    ["loop", none],
    ["send-slack-message", { ...none, isUnknown: true }],
    ["constructor", { ...none, isUnknown: true }],
  ])("of %s", (type, expected) => {
    expect(stepTypes.referenceFields(type)).toEqual(expected);
  });

  it("are the same object each time, so that what is derived of them can be kept", () => {
    for (const type of ["prompt", "no-such-type"]) {
      expect(stepTypes.referenceFields(type)).toBe(stepTypes.referenceFields(type));
    }
  });
});
