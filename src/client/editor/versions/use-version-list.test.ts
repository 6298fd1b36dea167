import { expect, it } from "vitest";
import { findDocumentChanges } from "#core/difference/find-changes.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { type ComparisonSideContent, parseComparisonSides } from "./use-version-list.ts";

const withoutIds = (...names: readonly string[]) =>
  names.map((name) => ({ type: "prompt", name, config: { model: "m", userPrompt: name } }));
const document = (flow: Parameters<typeof parseFlowDocument>[0]): ComparisonSideContent => ({
  type: "document",
  document: parseFlowDocument(flow),
});
const definition = (flow: Parameters<typeof parseFlowDocument>[0]): ComparisonSideContent => ({
  type: "definition",
  definition: flow,
});
const typesOf = ({ before, after }: { readonly before: FlowDocument; readonly after: FlowDocument }) =>
  findDocumentChanges(before, after).map(({ type }) => type);

it("two sides of a comparison match steps by id, for any combination of saved flows and versions", () => {
  const [one, two] = [
    buildFlow("Digest", [buildStep("a"), buildStep("b")]),
    buildFlow("Digest", [buildStep("b"), buildStep("c")]),
  ];
  for (const from of [document(one), definition(one)])
    for (const to of [document(two), definition(two)])
      expect(typesOf(parseComparisonSides(from, to))).toEqual(["add", "remove"]);
});

it("two sides of a comparison match steps without ids by content", () => {
  const flow = (...names: readonly string[]) => ({ name: "f", flowSteps: withoutIds(...names) });
  expect(typesOf(parseComparisonSides(definition(flow("a", "b")), definition(flow("a", "b", "c"))))).toEqual([
    "add",
  ]);
  expect(typesOf(parseComparisonSides(document(flow("a", "b")), definition(flow("b"))))).toEqual(["remove"]);
});

it("two sides of a comparison do not differ in the description if one side is a version, since versions store none", () => {
  const flow = buildFlow("Digest", [buildStep("a")]);
  const described = document({ ...flow, description: "Sums up pages." });
  expect(typesOf(parseComparisonSides(described, definition(flow)))).toEqual([]);
  expect(typesOf(parseComparisonSides(definition(flow), described))).toEqual([]);
  expect(typesOf(parseComparisonSides(document({ ...flow, description: null }), described))).toEqual([
    "describe",
  ]);
});

it("two sides of a comparison do not differ in the name if one side has no name", () => {
  const steps = [buildStep("a")];
  const nameless = definition({ name: "", flowSteps: steps });
  const named = definition(buildFlow("Digest", steps));
  expect(typesOf(parseComparisonSides(nameless, named))).toEqual([]);
  expect(typesOf(parseComparisonSides(named, nameless))).toEqual([]);
});
