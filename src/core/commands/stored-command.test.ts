import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  TEST_CASE_COUNT_MULTIPLIER,
  convertRandomFlowEditToCommand,
  editArbitrary,
  flowArbitrary,
} from "#core/testing/arbitrary-flow.ts";
import { type EditCommand, applyEditCommand, isEditCommand } from "./edit-command.ts";
import { isFlowDocument } from "#core/document/is-flow-document.ts";
import { parseOutline } from "#core/testing/flow-builder.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";

const flow = parseOutline("a c(b)");

const damage = (value: unknown, picks: readonly number[], by: unknown): unknown => {
  if (typeof value !== "object" || value === null || picks.length === 0) return by;
  const keys = Object.keys(value);
  const key = keys[(picks[0] ?? 0) % keys.length];
  if (key === undefined) return by;
  const inner = damage((value as Record<string, unknown>)[key], picks.slice(1), by);
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? inner : item));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, name === key ? inner : item]));
};

it("a persisted edit is accepted by the check for every kind of edit, as are the documents before and after the edit", () => {
  fc.assert(
    fc.property(flowArbitrary, fc.array(editArbitrary, { maxLength: 6 }), (source, edits) => {
      let document = parseFlowDocument(source);
      edits.forEach((edit, count) => {
        const command = convertRandomFlowEditToCommand(document, edit, count);
        expect(isEditCommand(structuredClone(command))).toBe(true);
        document = applyEditCommand(document, command);
        expect(isFlowDocument(structuredClone(document))).toBe(true);
      });
    }),
    { numRuns: 1000 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("a persisted edit leaves the document valid even if the edit is damaged in a way that the check accepts", () => {
  const bad = fc.oneof(fc.constantFrom(undefined, null, -1, 0.5, 1e9, "", "root", [], {}), fc.anything());
  fc.assert(
    fc.property(
      flowArbitrary,
      editArbitrary,
      fc.array(fc.nat(), { maxLength: 5 }),
      bad,
      (source, edit, picks, by) => {
        const document = parseFlowDocument(source);
        const command: unknown = damage(convertRandomFlowEditToCommand(document, edit, 0), picks, by);
        if (isEditCommand(command)) expect(isFlowDocument(applyEditCommand(document, command))).toBe(true);
      },
    ),
    { numRuns: 3000 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("a persisted edit is refused when its kind is unknown, also for names that plain objects inherit", () => {
  for (const type of ["foldSteps", "constructor", "__proto__", undefined, 3]) {
    expect(isEditCommand({ type, keys: [] })).toBe(false);
  }
  expect(isEditCommand({ type: "sequence", label: "two", commands: [{ type: "foldSteps" }] })).toBe(false);
});

it("a persisted edit is refused when a field is missing or has another type", () => {
  const place = { list: { type: "root" }, index: 0 };
  const bad: readonly unknown[] = [
    { type: "moveSteps", keys: "a", place },
    { type: "moveSteps", keys: ["a"], place: { ...place, index: -1 } },
    { type: "moveSteps", keys: ["a"], place: { list: { type: "branch", step: "c", branch: "x" }, index: 0 } },
    { type: "insertSteps", steps: [{ key: "n" }], place },
    { type: "setConfig", key: "a", path: [0.5], value: 1 },
    { type: "setConfig", key: "a", path: [], value: new Date(0) },
    { type: "replaceText", edits: [{ key: "a", at: ["name"] }] },
    { type: "replaceDocument", reason: "r", document: { ...flow, steps: {} } },
  ];
  for (const command of bad) expect(isEditCommand(command), JSON.stringify(command)).toBe(false);
});

it("a persisted document is refused when keys repeat or branches are misplaced", () => {
  const [a, c] = flow.steps;
  const bad: readonly unknown[] = [
    undefined,
    [],
    { ...flow, name: 7 },
    { ...flow, description: 7 },
    { ...flow, steps: [a, a] },
    { ...flow, steps: [a, { ...c, branches: undefined }] },
    { ...flow, steps: [{ ...a, branches: c!.branches }] },
    { ...flow, steps: [a, { ...c, branches: { trueSteps: [a], falseSteps: [] } }] },
    { ...flow, steps: [{ ...a, fields: { ...a!.fields, config: new Map() } }] },
  ];
  expect(isFlowDocument(flow)).toBe(true);
  for (const document of bad) expect(isFlowDocument(document), JSON.stringify(document)).toBe(false);
  const renamed: EditCommand = { type: "renameFlow", name: "g" };
  expect(isFlowDocument(applyEditCommand(flow, renamed))).toBe(true);
});
