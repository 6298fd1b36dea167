import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aimEdit, anyEdit, anyFlow, storedFlow } from "./arbitrary-flow.ts";
import { type Command, applyCommand } from "./command.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import { type FlowDocument, type FlowSource, type StepKey, parseFlow, toWireStep } from "./flow-document.ts";
import type { JsonObject } from "./json.ts";
import { type SaveBody, isSameDocument, saveBody } from "./save-body.ts";
import { ROOT, findList, locateSteps } from "./step-list.ts";
import { renumberSteps, sortByOrder } from "./step-order.ts";

const key = (text: string) => text as StepKey;

/**
 * What a server does with a `PUT` by the contract: a new list of steps is taken as it is sent but for its top level, where
 * a list that changed is sorted and renumbered and a step without an id is given one.
 */
function save(stored: FlowSource, body: SaveBody): FlowSource {
  const { flowSteps = stored.flowSteps, ...rest } = body;
  const sorted = sortByOrder(flowSteps);
  const ids = (steps: readonly JsonObject[]) => JSON.stringify(steps.map((step) => step["id"]));
  const isReordered = ids(sorted) !== ids(sortByOrder(stored.flowSteps));
  const numbered = isReordered ? renumberSteps(sorted) : sorted;
  return {
    ...stored,
    ...rest,
    flowSteps: numbered.map((step, index) =>
      typeof step["id"] === "string" ? step : { ...step, id: `step_minted_${index}` },
    ),
  };
}

function edit(document: FlowDocument, ...commands: Command[]): FlowDocument {
  return commands.reduce(applyCommand, document);
}

const anyEdits = fc.array(anyEdit, { maxLength: 6 });

function applyEdits(document: FlowDocument, edits: readonly Parameters<typeof aimEdit>[1][]): FlowDocument {
  return edits.reduce((now, next, count) => applyCommand(now, aimEdit(now, next, count)), document);
}

describe("what a save sends", () => {
  const source = buildFlow("Digest", [
    { ...buildStep("a"), extra: 1 },
    buildStep("b"),
    buildConditional("if", [buildStep("c", { order: 5 }), buildStep("d", { order: 9 })]),
  ]);
  const base = parseFlow({ ...source, description: null });

  it("is nothing when nothing changed", () => {
    expect(saveBody(base, base)).toEqual({});
    expect(saveBody(base, parseFlow({ ...source, description: "" }))).toEqual({});
  });

  it("is the name alone after a rename of the flow", () => {
    expect(saveBody(base, edit(base, { type: "renameFlow", name: "New" }))).toEqual({ name: "New" });
  });

  it("is the description alone after it was written or emptied", () => {
    const described = edit(base, { type: "setDescription", description: "Why" });
    expect(saveBody(base, described)).toEqual({ description: "Why" });
    expect(saveBody(described, base)).toEqual({ description: null });
  });

  it("is nothing after a step was switched off and on again, even where `enabled` was absent", () => {
    const bare = parseFlow({ name: "f", flowSteps: [{ id: "a", type: "prompt" }] });
    const toggle = (enabled: boolean): Command => ({ type: "setEnabled", keys: [key("a")], enabled });
    expect(saveBody(bare, edit(bare, toggle(false)))).toEqual({
      flowSteps: [{ id: "a", type: "prompt", enabled: false }],
    });
    expect(saveBody(bare, edit(bare, toggle(false), toggle(true)))).toEqual({});
  });

  it("leaves `order` alone when a step of a flow counted from one is renamed", () => {
    const fromOne = parseFlow({
      name: "f",
      flowSteps: [buildStep("a", { order: 1 }), buildStep("b", { order: 2 })],
    });
    const { flowSteps } = saveBody(
      fromOne,
      edit(fromOne, { type: "renameStep", key: key("b"), name: "Bee" }),
    );
    expect(flowSteps?.map((step) => step["order"])).toEqual([1, 2]);
  });

  it("numbers only the list that a move changed", () => {
    const moved = edit(base, { type: "moveSteps", keys: [key("b")], place: { list: ROOT, index: 0 } });
    const { flowSteps } = saveBody(base, moved);
    expect(flowSteps?.map((step) => [step["id"], step["order"]])).toEqual([
      ["b", 0],
      ["a", 1],
      ["if", 2],
    ]);
    expect(flowSteps?.[2]).toBe(toWireStep(base.steps[2]!));
    expect(flowSteps?.[1]?.["extra"]).toBe(1);
  });

  it("numbers a branch whose steps changed places, and no other list", () => {
    const then = { type: "branch", step: key("if"), branch: "trueSteps" } as const;
    const moved = edit(base, { type: "moveSteps", keys: [key("d")], place: { list: then, index: 0 } });
    const sent = parseFlow({ name: "f", flowSteps: saveBody(base, moved).flowSteps ?? [] });
    expect(findList(sent, then)?.map((node) => [node.key, node.fields["order"]])).toEqual([
      ["d", 0],
      ["c", 1],
    ]);
    expect(saveBody(base, moved).flowSteps?.[0]).toBe(base.steps[0]?.fields);
  });

  it("keeps the numbers of a list that was changed and changed back", () => {
    const fromOne = parseFlow({
      name: "f",
      flowSteps: [buildStep("a", { order: 1 }), buildStep("b", { order: 2 })],
    });
    const place = { list: ROOT, index: 0 };
    const back = edit(
      fromOne,
      { type: "moveSteps", keys: [key("b")], place },
      { type: "moveSteps", keys: [key("a")], place },
    );
    expect(saveBody(fromOne, back)).toEqual({});
  });

  it("carries the id that the server gave to a step without one", () => {
    const bare = parseFlow({ name: "f", flowSteps: [{ type: "prompt", name: "Bare" }] });
    const after = parseFlow(
      save({ name: "f", flowSteps: [] }, saveBody(parseFlow({ name: "f", flowSteps: [] }), bare)),
      bare,
    );
    expect(isSameDocument(after, bare)).toBe(true);
    const [bareKey] = locateSteps(bare).keys();
    const renamed = edit(bare, { type: "renameStep", key: bareKey!, name: "Named" });
    expect(saveBody(after, renamed).flowSteps).toEqual([
      { type: "prompt", name: "Named", id: "step_minted_0", order: 0 },
    ]);
  });
});

describe("after any edits of any flow", () => {
  it("the server holds what the person sees, and a second save sends nothing", () => {
    fc.assert(
      fc.property(storedFlow, anyEdits, (source, edits) => {
        const base = parseFlow(source);
        const document = applyEdits(base, edits);
        const held = parseFlow(save(source, saveBody(base, document)), document);
        expect(isSameDocument(held, document)).toBe(true);
        expect(saveBody(held, document)).toEqual({});
      }),
      { numRuns: 500 },
    );
  });

  it("the same holds after a second round of edits on top of the answer", () => {
    fc.assert(
      fc.property(storedFlow, anyEdits, anyEdits, (source, first, second) => {
        const base = parseFlow(source);
        const sent = applyEdits(base, first);
        const stored = save(source, saveBody(base, sent));
        const held = parseFlow(stored, sent);
        const document = second.reduce(
          (now, next, count) => applyCommand(now, aimEdit(now, next, count + 100)),
          sent,
        );
        const again = parseFlow(save(stored, saveBody(held, document)), document);
        expect(isSameDocument(again, document)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("a list that kept its steps and their order keeps its numbers", () => {
    fc.assert(
      fc.property(storedFlow, anyEdits, (source, edits) => {
        const base = parseFlow(source);
        const document = applyEdits(base, edits);
        const { flowSteps } = saveBody(base, document);
        if (!flowSteps) return;
        const sent = parseFlow({ name: "f", flowSteps }, document);
        for (const [step, { list, index, node }] of locateSteps(base)) {
          const before = findList(base, list)?.map((other) => other.key);
          const now = findList(document, list)?.map((other) => other.key);
          if (JSON.stringify(before) !== JSON.stringify(now)) continue;
          const written = findList(sent, list)?.[index];
          expect(written?.key).toBe(step);
          expect(written?.fields["order"]).toEqual(node.fields["order"]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("a step that no edit touched is sent with every field it came with", () => {
    fc.assert(
      fc.property(storedFlow, anyEdits, (source, edits) => {
        const base = parseFlow(source);
        const document = applyEdits(base, edits);
        const { flowSteps } = saveBody(base, document);
        if (!flowSteps) return;
        const sent = locateSteps(parseFlow({ name: "f", flowSteps }, document));
        for (const [step, { node }] of locateSteps(document)) {
          if (locateSteps(base).get(step)?.node !== node) continue;
          const { order: _before, ...came } = toWireStep(node);
          const { order: _after, ...went } = toWireStep(sent.get(step)!.node);
          expect(JSON.stringify(went)).toBe(JSON.stringify(came));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("two documents are the same exactly when nothing would be sent", () => {
    fc.assert(
      fc.property(anyFlow, anyEdits, (source, edits) => {
        const base = parseFlow(source);
        const document = applyEdits(base, edits);
        expect(isSameDocument(base, document)).toBe(Object.keys(saveBody(base, document)).length === 0);
      }),
      { numRuns: 200 },
    );
  });
});
