import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  TEST_CASE_COUNT_MULTIPLIER,
  applyRandomEdits,
  editArbitrary,
  flowArbitrary,
  storedFlowArbitrary,
} from "./testing/arbitrary-flow.ts";
import { type EditCommand, applyEditCommand } from "./commands/edit-command.ts";
import { buildConditional, buildFlow, buildStep } from "./testing/flow-builder.ts";
import {
  type FlowDocument,
  type FlowJson,
  type StepKey,
  parseFlowDocument,
  toApiStep,
} from "./document/flow-document.ts";
import type { JsonObject } from "./json/json.ts";
import { type FlowSaveBody, isDocumentUnchangedForSave, createFlowSaveBody } from "./save-body.ts";
import { ROOT_STEP_LIST_REF, findStepList, getLocationsOfAllSteps } from "./document/step-list.ts";
import { renumberStepOrderProperties, sortStepsByOrderProperty } from "./document/step-order.ts";

const key = (text: string) => text as StepKey;

/**
 * Simulates a server's `PUT` by the contract: replaces the list of steps, sorts and renumbers a changed top level, and
 * assigns missing ids.
 */
function save(stored: FlowJson, body: FlowSaveBody): FlowJson {
  const { flowSteps = stored.flowSteps, ...rest } = body;
  const sorted = sortStepsByOrderProperty(flowSteps);
  const ids = (steps: readonly JsonObject[]) => JSON.stringify(steps.map((step) => step["id"]));
  const isReordered = ids(sorted) !== ids(sortStepsByOrderProperty(stored.flowSteps));
  const numbered = isReordered ? renumberStepOrderProperties(sorted) : sorted;
  return {
    ...stored,
    ...rest,
    flowSteps: numbered.map((step, index) =>
      typeof step["id"] === "string" ? step : { ...step, id: `step_minted_${index}` },
    ),
  };
}

function edit(document: FlowDocument, ...commands: EditCommand[]): FlowDocument {
  return commands.reduce(applyEditCommand, document);
}

const anyEdits = fc.array(editArbitrary, { maxLength: 6 });

describe("the body of a save", () => {
  const source = buildFlow("Digest", [
    { ...buildStep("a"), extra: 1 },
    buildStep("b"),
    buildConditional("if", [buildStep("c", { order: 5 }), buildStep("d", { order: 9 })]),
  ]);
  const base = parseFlowDocument({ ...source, description: null });

  it("is empty if nothing changed", () => {
    expect(createFlowSaveBody(base, base)).toEqual({});
    expect(createFlowSaveBody(base, parseFlowDocument({ ...source, description: "" }))).toEqual({});
  });

  it("contains only the name after a rename of the flow", () => {
    expect(createFlowSaveBody(base, edit(base, { type: "renameFlow", name: "New" }))).toEqual({
      name: "New",
    });
  });

  it("contains only the description after it was changed or cleared", () => {
    const described = edit(base, { type: "setDescription", description: "Why" });
    expect(createFlowSaveBody(base, described)).toEqual({ description: "Why" });
    expect(createFlowSaveBody(described, base)).toEqual({ description: null });
  });

  it("is empty after a step was disabled and enabled again, even if `enabled` was absent", () => {
    const bare = parseFlowDocument({ name: "f", flowSteps: [{ id: "a", type: "prompt" }] });
    const toggle = (enabled: boolean): EditCommand => ({ type: "setEnabled", keys: [key("a")], enabled });
    expect(createFlowSaveBody(bare, edit(bare, toggle(false)))).toEqual({
      flowSteps: [{ id: "a", type: "prompt", enabled: false }],
    });
    expect(createFlowSaveBody(bare, edit(bare, toggle(false), toggle(true)))).toEqual({});
  });

  it("keeps `order` when a step of a flow numbered from one is renamed", () => {
    const fromOne = parseFlowDocument({
      name: "f",
      flowSteps: [buildStep("a", { order: 1 }), buildStep("b", { order: 2 })],
    });
    const { flowSteps } = createFlowSaveBody(
      fromOne,
      edit(fromOne, { type: "renameStep", key: key("b"), name: "Bee" }),
    );
    expect(flowSteps?.map((step) => step["order"])).toEqual([1, 2]);
  });

  it("renumbers only the list that a move changed", () => {
    const moved = edit(base, {
      type: "moveSteps",
      keys: [key("b")],
      place: { list: ROOT_STEP_LIST_REF, index: 0 },
    });
    const { flowSteps } = createFlowSaveBody(base, moved);
    expect(flowSteps?.map((step) => [step["id"], step["order"]])).toEqual([
      ["b", 0],
      ["a", 1],
      ["if", 2],
    ]);
    expect(flowSteps?.[2]).toBe(toApiStep(base.steps[2]!));
    expect(flowSteps?.[1]?.["extra"]).toBe(1);
  });

  it("keeps the order numbers of a list that was changed and changed back", () => {
    const fromOne = parseFlowDocument({
      name: "f",
      flowSteps: [buildStep("a", { order: 1 }), buildStep("b", { order: 2 })],
    });
    const place = { list: ROOT_STEP_LIST_REF, index: 0 };
    const back = edit(
      fromOne,
      { type: "moveSteps", keys: [key("b")], place },
      { type: "moveSteps", keys: [key("a")], place },
    );
    expect(createFlowSaveBody(fromOne, back)).toEqual({});
  });

  it("contains the id that the server assigned to a step without an id", () => {
    const bare = parseFlowDocument({ name: "f", flowSteps: [{ type: "prompt", name: "Bare" }] });
    const after = parseFlowDocument(
      save(
        { name: "f", flowSteps: [] },
        createFlowSaveBody(parseFlowDocument({ name: "f", flowSteps: [] }), bare),
      ),
      bare,
    );
    expect(isDocumentUnchangedForSave(after, bare)).toBe(true);
    const [bareKey] = getLocationsOfAllSteps(bare).keys();
    const renamed = edit(bare, { type: "renameStep", key: bareKey!, name: "Named" });
    expect(createFlowSaveBody(after, renamed).flowSteps).toEqual([
      { type: "prompt", name: "Named", id: "step_minted_0", order: 0 },
    ]);
  });
});

it("after any edits of any flow the server holds the edited document, a second save sends nothing, and further edits are stored as well", () => {
  fc.assert(
    fc.property(storedFlowArbitrary, anyEdits, anyEdits, (source, first, second) => {
      const base = parseFlowDocument(source);
      const sent = applyRandomEdits(base, first);
      const stored = save(source, createFlowSaveBody(base, sent));
      const held = parseFlowDocument(stored, sent);
      expect(isDocumentUnchangedForSave(held, sent)).toBe(true);
      expect(createFlowSaveBody(held, sent)).toEqual({});
      const document = applyRandomEdits(sent, second, 100);
      const again = parseFlowDocument(save(stored, createFlowSaveBody(held, document)), document);
      expect(isDocumentUnchangedForSave(again, document)).toBe(true);
    }),
    { numRuns: 300 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("after any edits of any flow a list with unchanged steps and order keeps its order numbers", () => {
  fc.assert(
    fc.property(storedFlowArbitrary, anyEdits, (source, edits) => {
      const base = parseFlowDocument(source);
      const document = applyRandomEdits(base, edits);
      const { flowSteps } = createFlowSaveBody(base, document);
      if (!flowSteps) return;
      const sent = parseFlowDocument({ name: "f", flowSteps }, document);
      for (const [step, { list, index, node }] of getLocationsOfAllSteps(base)) {
        const before = findStepList(base, list)?.map((other) => other.key);
        const now = findStepList(document, list)?.map((other) => other.key);
        if (JSON.stringify(before) !== JSON.stringify(now)) continue;
        const written = findStepList(sent, list)?.[index];
        expect(written?.key).toBe(step);
        expect(written?.fields["order"]).toEqual(node.fields["order"]);
      }
    }),
    { numRuns: 300 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("after any edits of any flow an unedited step is sent with all its original fields", () => {
  fc.assert(
    fc.property(storedFlowArbitrary, anyEdits, (source, edits) => {
      const base = parseFlowDocument(source);
      const document = applyRandomEdits(base, edits);
      const { flowSteps } = createFlowSaveBody(base, document);
      if (!flowSteps) return;
      const sent = getLocationsOfAllSteps(parseFlowDocument({ name: "f", flowSteps }, document));
      for (const [step, { node }] of getLocationsOfAllSteps(document)) {
        if (getLocationsOfAllSteps(base).get(step)?.node !== node) continue;
        const { order: _before, ...originalFields } = toApiStep(node);
        const { order: _after, ...sentFields } = toApiStep(sent.get(step)!.node);
        expect(JSON.stringify(sentFields)).toBe(JSON.stringify(originalFields));
      }
    }),
    { numRuns: 300 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("after any edits of any flow two documents are equal exactly if the body is empty", () => {
  fc.assert(
    fc.property(flowArbitrary, anyEdits, (source, edits) => {
      const base = parseFlowDocument(source);
      const document = applyRandomEdits(base, edits);
      expect(isDocumentUnchangedForSave(base, document)).toBe(
        Object.keys(createFlowSaveBody(base, document)).length === 0,
      );
    }),
    { numRuns: 200 * TEST_CASE_COUNT_MULTIPLIER },
  );
});
