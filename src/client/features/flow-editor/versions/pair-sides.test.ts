import { describe, expect, it } from "vitest";
import { findChanges } from "#core/difference/find-changes.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { type FlowDocument, parseFlow } from "#core/flow-document.ts";
import { type SideContent, pairSides } from "./pair-sides.ts";

const withoutIds = (...names: readonly string[]) =>
  names.map((name) => ({ type: "prompt", name, config: { model: "m", userPrompt: name } }));
const document = (flow: Parameters<typeof parseFlow>[0]): SideContent => ({
  type: "document",
  document: parseFlow(flow),
});
const definition = (flow: Parameters<typeof parseFlow>[0]): SideContent => ({
  type: "definition",
  definition: flow,
});
const typesOf = ({ before, after }: { readonly before: FlowDocument; readonly after: FlowDocument }) =>
  findChanges(before, after).map(({ type }) => type);

describe("two sides of a comparison", () => {
  it("know each other's steps, whichever of them is a version", () => {
    const [one, two] = [
      buildFlow("Digest", [buildStep("a"), buildStep("b")]),
      buildFlow("Digest", [buildStep("b"), buildStep("c")]),
    ];
    for (const from of [document(one), definition(one)])
      for (const to of [document(two), definition(two)])
        expect(typesOf(pairSides(from, to))).toEqual(["add", "remove"]);
  });

  it("know steps without ids by what they say", () => {
    const flow = (...names: readonly string[]) => ({ name: "f", flowSteps: withoutIds(...names) });
    expect(typesOf(pairSides(definition(flow("a", "b")), definition(flow("a", "b", "c"))))).toEqual(["add"]);
    expect(typesOf(pairSides(document(flow("a", "b")), definition(flow("b"))))).toEqual(["remove"]);
  });

  it("do not differ in a description that a version cannot have", () => {
    const flow = buildFlow("Digest", [buildStep("a")]);
    const described = document({ ...flow, description: "Sums up pages." });
    expect(typesOf(pairSides(described, definition(flow)))).toEqual([]);
    expect(typesOf(pairSides(definition(flow), described))).toEqual([]);
    expect(typesOf(pairSides(document({ ...flow, description: null }), described))).toEqual(["describe"]);
  });

  it("do not differ in a name that one of them does not say", () => {
    const steps = [buildStep("a")];
    const nameless = definition({ name: "", flowSteps: steps });
    const named = definition(buildFlow("Digest", steps));
    expect(typesOf(pairSides(nameless, named))).toEqual([]);
    expect(typesOf(pairSides(named, nameless))).toEqual([]);
  });
});
