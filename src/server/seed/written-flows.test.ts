import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FLOW_TEMPLATES } from "#contract/flow-templates/flow-templates.ts";
import { findStepDescription } from "#contract/step-descriptions/find-step-description.ts";
import { listPathsWithoutFormField } from "#contract/step-descriptions/paths-without-form-field.ts";
import { getStepTypeDescription, listStepConfigErrors } from "#contract/testing/list-complaints.ts";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { SAMPLE_FLOWS } from "./sample-flows.ts";

describe("the step descriptions, for the sample flows,", () => {
  const folder = new URL("../../../e2e/flows/", import.meta.url);
  const written = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as JsonObject);
  const steps = [...written, ...SAMPLE_FLOWS.map(({ flow }) => flow as unknown as JsonObject)].flatMap(
    (flow) => stepsOf(flow["flowSteps"] ?? flow["steps"]),
  );

  function stepsOf(list: JsonValue | undefined): readonly { type: string; config: JsonObject }[] {
    if (!Array.isArray(list)) return [];
    return (list as readonly JsonObject[]).flatMap((step) => {
      const config = step["config"] as JsonObject;
      const inside = [...stepsOf(config["trueSteps"]), ...stepsOf(config["falseSteps"])];
      return [{ type: step["type"] as string, config }, ...inside];
    });
  }

  const known = steps.filter(({ type }) => findStepDescription(type));

  it("cover most step types", () => {
    expect(known.length).toBeGreaterThan(50);
    expect(new Set(known.map(({ type }) => type)).size).toBeGreaterThan(20);
  });

  it("report no invalid values", () => {
    expect(known.flatMap(({ type, config }) => listStepConfigErrors(type, config))).toEqual([]);
  });

  it("have a form field for every key, except for those of lists and loops", () => {
    const others = known.flatMap(({ type, config }) =>
      listPathsWithoutFormField(getStepTypeDescription(type), config).map(
        (path) => `${type}: ${path.join(".")}`,
      ),
    );
    expect([...new Set(others)].toSorted()).toEqual([
      "list-records: recordFilter",
      "loop: as",
      "loop: limit",
      "loop: over",
      "loop: steps",
    ]);
  });
});

it("the catalogue of flow templates contains all files of its folder", () => {
  const files = readdirSync(new URL("../../contract/flow-templates/", import.meta.url));
  const expected = files.filter((name) => name.endsWith(".json")).toSorted();
  expect(FLOW_TEMPLATES.map(({ id }) => `${id}.json`).toSorted()).toEqual(expected);
});
