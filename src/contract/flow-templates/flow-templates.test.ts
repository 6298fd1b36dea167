import { describe, expect, it } from "vitest";
import { createFlowBodySchema } from "#contract/flow.ts";
import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { listPathsWithoutFormField } from "#contract/step-descriptions/paths-without-form-field.ts";
import { findStepType } from "#contract/find-step-type.ts";
import { STEP_CATEGORIES } from "#contract/step-types.ts";
import { getStepTypeDescription, listStepConfigErrors } from "#contract/testing/list-complaints.ts";
import { analyzeFlow } from "#core/dataflow/analyze.ts";
import { type StepNode, parseFlowDocument } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepConfig, getStepType } from "#core/document/step.ts";
import { FLOW_TEMPLATES } from "./flow-templates.ts";

it("the flow templates have a unique id and a unique name", () => {
  expect(new Set(FLOW_TEMPLATES.map(({ id }) => id)).size).toBe(FLOW_TEMPLATES.length);
  expect(new Set(FLOW_TEMPLATES.map(({ flow }) => flow.name)).size).toBe(FLOW_TEMPLATES.length);
});

it("the flow templates use step types of every category, and most of the types", () => {
  const types = new Set(FLOW_TEMPLATES.flatMap((template) => stepsOf(template).map(getStepType)));
  const categories = new Set([...types].map((type) => findStepType(type)?.category));
  expect(categories).toEqual(new Set(STEP_CATEGORIES));
  expect(types.size).toBeGreaterThan(20);
});

describe.each(FLOW_TEMPLATES)("the template $id", (template) => {
  const { flow, about } = template;

  it("is a valid request body, with a short description and a paragraph about the flow", () => {
    expect(createFlowBodySchema.safeParse(flow).error).toBeUndefined();
    expect(flow.description.length).toBeGreaterThan(20);
    expect(flow.description.length).toBeLessThan(90);
    expect(about.length).toBeGreaterThan(120);
  });

  it("has only valid configs, and a form field for every config key", () => {
    for (const step of stepsOf(template)) {
      const [type, config] = [getStepType(step), getStepConfig(step)];
      expect(listStepConfigErrors(type, config)).toEqual([]);
      const others = listPathsWithoutFormField(getStepTypeDescription(type), config);
      expect(others.filter(([key]) => !JSON_KEYS.has(String(key)))).toEqual([]);
    }
  });

  it("causes no error and no warning in the analysis", () => {
    const { problems } = analyze(template);
    expect(problems.filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  it("has sample data for exactly the inputs and record fields that its steps use", () => {
    const { inputs, recordReads } = analyze(template);
    const fields = recordReads.flatMap(({ reference }) =>
      reference?.path[0] === "metadata" ? [String(reference.path[1])] : [],
    );
    const read = [...inputs.map(({ name }) => name), ...fields];
    const given = Object.keys(flow.sampleMetadata ?? {});
    expect(read.filter((name) => !given.includes(name))).toEqual([]);
    // Searches the text of all steps, because the analysis ignores references in disabled steps.
    expect(given.filter((name) => !JSON.stringify(flow.flowSteps).includes(name))).toEqual([]);
  });
});

/** Keys that the platform documents for steps whose configuration is edited as JSON. */
const JSON_KEYS = new Set(["limit", "recordFilter", "defaultValue"]);

function analyze({ flow }: (typeof FLOW_TEMPLATES)[number]) {
  return analyzeFlow(parseFlowDocument(flow), stepTypeLookup);
}

function stepsOf({ flow }: (typeof FLOW_TEMPLATES)[number]): readonly StepNode[] {
  return [...getLocationsOfAllSteps(parseFlowDocument(flow)).values()].map(({ node }) => node);
}
