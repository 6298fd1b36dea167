import { expect, test } from "vitest";
import { buildFlow, buildStep } from "./flow-builder.ts";
import { parseFlow } from "./flow-document.ts";
import { parseVersionLike, readDefinition } from "./read-definition.ts";

test("a version is read in both forms that servers write, and in no other", () => {
  const flowSteps = [buildStep("a")];
  expect(readDefinition({ name: "Digest", flowSteps })).toEqual({ name: "Digest", flowSteps });
  expect(readDefinition({ steps: flowSteps })).toEqual({ name: "", flowSteps });
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
    expect(readDefinition(odd)).toBeUndefined();
});

test("a version put back leaves the description as it is, and the name where it has none", () => {
  const document = parseFlow({ ...buildFlow("Digest", [buildStep("a")]), description: "What it is for" });
  const back = parseVersionLike(document, { name: "", flowSteps: [buildStep("b")] });
  expect(back).toMatchObject({ name: "Digest", description: "What it is for" });
  expect(back.steps.map(({ key }) => key)).toEqual(["b"]);
});
