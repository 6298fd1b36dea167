import { expect, it, test } from "vitest";
import type { GroupedFieldDescription } from "#contract/step-description.ts";
import { STEP_TYPES } from "#contract/step-types.ts";
import { type JsonObject, setJsonAtPath } from "#core/json/json.ts";
import { findStepDescription } from "./find-step-description.ts";
import { stepTypeLookup } from "./step-type-lookup.ts";
import { findFieldPathInStepConfig } from "./find-field-path.ts";
import { listPathsWithoutFormField } from "./paths-without-form-field.ts";
import { getStepTypeDescription, listStepConfigErrors } from "#contract/testing/list-complaints.ts";
import { createNewStepConfig } from "./new-step-config.ts";

const descriptions = STEP_TYPES.map(({ type }) => getStepTypeDescription(type));

test.each(STEP_TYPES.map(({ type }) => type))("the description of a step type exists for %s", (type) => {
  const { help, terms } = getStepTypeDescription(type);
  expect(help).toMatch(/^[A-Z][^.]*\.( [A-Z][^.]*\.)?$/);
  expect(terms).toMatch(/^[a-z]+(?: [a-z]+)+$/);
});

it("the description of a step type is found by the name of the type, but not by an unknown name or one that objects inherit", () => {
  expect(findStepDescription("constructor")).toBeUndefined();
  expect(findStepDescription("send-slack-message")).toBeUndefined();
  for (const { type } of STEP_TYPES) expect(getStepTypeDescription(type).type).toBe(type);
});

test.each(descriptions)(
  "the description of a step type $type has at most one field for each path in the config",
  ({ fields }) => {
    const places = fields.flatMap(({ path, aliases = [] }) => [path, ...aliases].map((at) => at.join(".")));
    expect(new Set(places).size).toBe(places.length);
    // Expects that no path contains another path, because the two fields would overwrite each other.
    for (const place of places) expect(places.filter((other) => other.startsWith(`${place}.`))).toEqual([]);
  },
);

test.each(descriptions)(
  "the description of a step type $type gives each field its own label",
  ({ fields }) => {
    expect(new Set(fields.map(({ label }) => label)).size).toBe(fields.length);
  },
);

test.each(descriptions)(
  "the description of a step type $type keeps the fields of a group together, and Advanced last",
  ({ fields }) => {
    const groups = listGroups(fields);
    expect(new Set(groups).size).toBe(groups.length);
    expect(groups[0]).not.toBe("Advanced");
    expect(groups.slice(0, -1)).not.toContain("Advanced");
    for (const { group, required } of fields) if (required) expect(group).not.toBe("Advanced");
  },
);

/**
 * Lists the groups in the order of the fields. A group is listed twice if fields of another group are between its
 * fields, so that the test can find such groups.
 */
function listGroups(fields: readonly GroupedFieldDescription[]): readonly string[] {
  const groups = fields.map(({ group }) => group);
  return groups.filter((group, index) => group !== groups[index - 1]);
}

test.each(descriptions)(
  "a new step $type starts with a config that lacks only its required texts",
  ({ type, newConfig }) => {
    expect(createNewStepConfig(type)).toEqual(newConfig);
    for (const complaint of listStepConfigErrors(type, newConfig))
      expect(complaint).toMatch(/ is required\.$/);
  },
);

test.each(descriptions)("a new step $type starts with documented keys only", (description) => {
  expect(listPathsWithoutFormField(description, description.newConfig)).toEqual([]);
});

test.each(descriptions)(
  "a new step $type is valid once its texts are filled in",
  ({ type, newConfig, fields }) => {
    const filled = fields
      .filter(({ required }) => required)
      .reduce<JsonObject>((config, field) => {
        const path = findFieldPathInStepConfig(field, config);
        return setJsonAtPath(config, path, "filled") as JsonObject;
      }, newConfig);
    expect(listStepConfigErrors(type, filled)).toEqual([]);
  },
);

it("a new step has only an output variable when its type is unknown", () => {
  expect(createNewStepConfig("send-slack-message")).toEqual({ outputVariable: "" });
});

const common = {
  scripts: [],
  conditions: [],
  liquid: [],
  liquidInputs: [],
  variables: [],
  outputs: [["outputVariable"]],
};

test.each([
  ["prompt", common],
  ["fetch-url", common],
  ["transform-data", { ...common, scripts: [["script"]] }],
  ["template", { ...common, liquid: [["template"], ["partials"]], liquidInputs: [["inputs"]] }],
  ["conditional", { ...common, scripts: [["condition"]], conditions: [["condition"]] }],
  ["wait-until", { ...common, scripts: [["condition"]], conditions: [["condition"]] }],
  ["set-variable", { ...common, outputs: [["variableName"], ["outputVariable"]] }],
  ["upsert-record", { ...common, variables: [["sourceVariable"]] }],
  ["create-records", { ...common, variables: [["sourceVariable"]] }],
  ["send-stream", { ...common, variables: [["sourceVariable"]] }],
  ["save-memory", { ...common, variables: [["contentVariable"]] }],
  ["store-vector", { ...common, variables: [["vectorsSource"]] }],
  ["generate-embedding", { ...common, variables: [["inputSource"]] }],
  ["loop", common],
  ["send-slack-message", { ...common, isUnknown: true }],
  ["constructor", { ...common, isUnknown: true }],
])("the lists of fields that contain code or variable names are complete for %s", (type, expected) => {
  expect(stepTypeLookup.referenceFields(type)).toEqual(expected);
});
