import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adoptFlow } from "./adopt-flow.ts";
import { anyFlow } from "./arbitrary-flow.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import { type FlowDocument, parseFlow } from "./flow-document.ts";
import { formatFlow } from "./format-flow.ts";
import { locateSteps } from "./step-list.ts";

const mintIds = () => {
  let count = 0;
  return () => `new_${(count += 1)}`;
};

/** Edits the text of a flow as a person would, and reads it back. */
function editText(document: FlowDocument, edit: (text: string) => string): FlowDocument {
  return adoptFlow(document, JSON.parse(edit(formatFlow(document))), mintIds());
}

const digest = () =>
  parseFlow({
    ...buildFlow("Digest", [
      buildStep("fetch"),
      buildConditional("route", [buildStep("queue")], [buildStep("hide")]),
      buildStep("notify"),
    ]),
    description: null,
  });

describe("a flow's JSON that was edited", () => {
  test("is the very document where nothing was changed, whatever the flow holds", () => {
    fc.assert(
      fc.property(anyFlow, (source) => {
        const document = parseFlow(source);
        expect(editText(document, (text) => text)).toBe(document);
      }),
    );
  });

  test("says what the text says, with each step named once, whatever was there before", () => {
    fc.assert(
      fc.property(anyFlow, anyFlow, (before, after) => {
        const wanted = parseFlow(after);
        const read = adoptFlow(parseFlow(before), JSON.parse(formatFlow(wanted)), mintIds());
        const ids = /"id": "new_\d+",?\s*/g;
        const { flowSteps, name } = JSON.parse(formatFlow(read).replaceAll(ids, ""));
        const expected = JSON.parse(formatFlow(wanted));
        expect({ flowSteps, name }).toEqual({ flowSteps: expected.flowSteps, name: expected.name });
        const keys = locateSteps(read);
        expect(keys.size).toBe(locateSteps(wanted).size);
      }),
    );
  });

  test("keeps every step that was not touched, also inside a conditional", () => {
    const before = digest();
    const after = editText(before, (text) => text.replace('"Hide"', '"Hide it"'));
    expect(after.steps[0]).toBe(before.steps[0]);
    expect(after.steps[1]).not.toBe(before.steps[1]);
    expect(after.steps[1]?.branches?.trueSteps).toBe(before.steps[1]?.branches?.trueSteps);
    expect(after.steps[1]?.branches?.falseSteps?.[0]?.fields["name"]).toBe("Hide it");
    expect(after.steps[2]).toBe(before.steps[2]);
  });

  test("moves the steps that were moved in the text, whatever their numbers were", () => {
    const before = digest();
    const { flowSteps, ...flow } = JSON.parse(formatFlow(before));
    const after = adoptFlow(before, { ...flow, flowSteps: flowSteps.toReversed() }, mintIds());
    expect(after.steps).toEqual(before.steps.toReversed());
    expect(after.steps[0]).toBe(before.steps[2]);
  });

  test("is sorted where every step says its place", () => {
    const steps = [buildStep("b", { order: 1 }), buildStep("a", { order: 0 })];
    const after = adoptFlow(digest(), { name: "Digest", flowSteps: steps }, mintIds());
    expect(after.steps.map(({ key }) => key)).toEqual(["a", "b"]);
  });

  test("gives new steps an id, and leaves those without one as they came", () => {
    const before = parseFlow({ name: "F", flowSteps: [{ type: "prompt", name: "Old" }] });
    const old = { type: "prompt", name: "Old" };
    const added = { type: "prompt", name: "New" };
    const after = adoptFlow(before, { name: "F", flowSteps: [added, old] }, mintIds());
    // The one without an id that is like the old one is the old one; the other takes no place of its.
    expect(after.steps[1]).toBe(before.steps[0]);
    expect(after.steps[0]?.fields).toEqual({ id: "new_1", ...added });
    const edited = adoptFlow(before, { name: "F", flowSteps: [added] }, mintIds());
    expect(edited.steps[0]).toEqual({ key: before.steps[0]?.key, fields: added });
  });

  test("empties a description that was left out, but makes none where none is known", () => {
    const described = parseFlow({ name: "F", description: "What for", flowSteps: [] });
    expect(adoptFlow(described, { name: "F", flowSteps: [] }, mintIds()).description).toBeNull();
    const unknown = parseFlow({ name: "F", flowSteps: [] });
    expect(adoptFlow(unknown, { name: "F", flowSteps: [] }, mintIds())).toBe(unknown);
  });
});
