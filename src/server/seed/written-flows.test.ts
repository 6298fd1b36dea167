import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FLOW_TEMPLATES } from "#contract/flow-templates/flow-templates.ts";
import { findStepDescription } from "#contract/step-descriptions/find-step-description.ts";
import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { listPathsWithoutFormField } from "#contract/step-descriptions/paths-without-form-field.ts";
import { getStepTypeDescription, listStepConfigErrors } from "#contract/testing/list-complaints.ts";
import { analyzeFlow } from "#core/dataflow/analyze.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { SAMPLE_FLOWS } from "./sample-flows.ts";

const folder = new URL("../../../e2e/flows/", import.meta.url);
const written = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as JsonObject);
const flows = [...written, ...SAMPLE_FLOWS.map(({ flow }) => flow as unknown as JsonObject)].map((flow) => ({
  name: flow["name"] as string,
  flowSteps: (flow["flowSteps"] ?? flow["steps"]) as readonly JsonObject[],
}));

describe("the dataflow analysis of the sample flows", () => {
  const analyses = new Map(
    flows.map((flow) => [flow.name, analyzeFlow(parseFlowDocument(flow), stepTypeLookup)] as const),
  );

  it("reports only unread results and values that may be unset", () => {
    expect(analyses.size).toBeGreaterThan(12);
    const problems = [...analyses.values()].flatMap((analysis) => analysis.problems);
    expect(new Set(problems.map(({ severity, code }) => `${severity} ${code}`))).toEqual(
      new Set(["info never-read", "info maybe-unset"]),
    );
  });

  it("names the values that may be unset", () => {
    expect(analyses.get("Comment moderation")?.problems.map(({ message }) => message)).toEqual([
      "“Hide at once” sets “hidden”, which no step uses.",
      "“Approve” sets “approved”, which no step uses.",
      "“Log outcome” reads “queued”, which may not be set: “Queue for a person” runs only in “then” of “Route”.",
    ]);
  });

  it("lists the inputs that no step sets", () => {
    const inputs = [...analyses].flatMap(([name, analysis]) =>
      analysis.inputs.map((input) => `${name}: ${input.name}`),
    );
    expect(inputs).toEqual([
      "Uses what no form knows yet: lead",
      "Page digest: audience",
      "Support triage: oncall_number",
      "Meeting minutes: transcript",
      "Feedback router: support_lead",
    ]);
  });
});

describe("the step descriptions, for the sample flows,", () => {
  const steps = flows.flatMap(({ flowSteps }) => stepsOf([...flowSteps]));

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
