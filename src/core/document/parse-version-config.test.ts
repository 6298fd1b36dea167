import { expect, test } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument } from "./flow-document.ts";
import { parseVersionReusingStepKeys, parseVersionConfig } from "./parse-version-config.ts";

test("the content of a flow version is read in both known formats, and rejected in others", () => {
  const flowSteps = [buildStep("a")];
  expect(parseVersionConfig({ name: "Digest", flowSteps })).toEqual({ name: "Digest", flowSteps });
  expect(parseVersionConfig({ steps: flowSteps })).toEqual({ name: "", flowSteps });
  for (const odd of [
    null,
    undefined,
    [],
    "text",
    {},
    { flowSteps: {} },
    { flowSteps: [1] },
    { graph: { nodes: [] } },
  ])
    expect(parseVersionConfig(odd)).toBeUndefined();
});

test("restoring a version keeps the flow's description, and its name if the version has no name", () => {
  const document = parseFlowDocument({
    ...buildFlow("Digest", [buildStep("a")]),
    description: "What it is for",
  });
  const back = parseVersionReusingStepKeys(document, { name: "", flowSteps: [buildStep("b")] });
  expect(back).toMatchObject({ name: "Digest", description: "What it is for" });
  expect(back.steps.map(({ key }) => key)).toEqual(["b"]);
});
