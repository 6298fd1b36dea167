import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aimEdit, anyEdit, anyFlow } from "./arbitrary-flow.ts";
import { isCommand } from "./check-command.ts";
import { isFlowDocument } from "./check-document.ts";
import { type Command, applyCommand } from "./command.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import { parseFlow } from "./flow-document.ts";

const flow = parseFlow(buildFlow("f", [buildStep("a"), buildConditional("c", [buildStep("b")])]));

/** A copy in which one value, somewhere inside, is another one or gone. */
const spoil = (value: unknown, picks: readonly number[], by: unknown): unknown => {
  if (typeof value !== "object" || value === null || picks.length === 0) return by;
  const keys = Object.keys(value);
  const key = keys[(picks[0] ?? 0) % keys.length];
  if (key === undefined) return by;
  const inner = spoil((value as Record<string, unknown>)[key], picks.slice(1), by);
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? inner : item));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, name === key ? inner : item]));
};

describe("an edit that was stored", () => {
  it("is recognised, whatever it is and whatever it was made for, and so are the documents around it", () => {
    fc.assert(
      fc.property(anyFlow, fc.array(anyEdit, { maxLength: 6 }), (source, edits) => {
        let document = parseFlow(source);
        edits.forEach((edit, count) => {
          const command = aimEdit(document, edit, count);
          expect(isCommand(structuredClone(command))).toBe(true);
          document = applyCommand(document, command);
          expect(isFlowDocument(structuredClone(document))).toBe(true);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it("never throws and leaves a sound document once it was let through, however spoilt", () => {
    const bad = fc.oneof(fc.constantFrom(undefined, null, -1, 0.5, 1e9, "", "root", [], {}), fc.anything());
    fc.assert(
      fc.property(anyFlow, anyEdit, fc.array(fc.nat(), { maxLength: 5 }), bad, (source, edit, picks, by) => {
        const document = parseFlow(source);
        const command: unknown = spoil(aimEdit(document, edit, 0), picks, by);
        if (isCommand(command)) expect(isFlowDocument(applyCommand(document, command))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("is refused where its kind is unknown, though plain objects inherit one of that name", () => {
    for (const type of ["foldSteps", "constructor", "__proto__", undefined, 3]) {
      expect(isCommand({ type, keys: [] })).toBe(false);
    }
    expect(isCommand({ type: "sequence", label: "two", commands: [{ type: "foldSteps" }] })).toBe(false);
  });

  it("is refused where something that it needs is missing or of another kind", () => {
    const place = { list: { type: "root" }, index: 0 };
    const bad: readonly unknown[] = [
      { type: "moveSteps", keys: "a", place },
      { type: "moveSteps", keys: ["a"], place: { ...place, index: -1 } },
      {
        type: "moveSteps",
        keys: ["a"],
        place: { list: { type: "branch", step: "c", branch: "x" }, index: 0 },
      },
      { type: "insertSteps", steps: [{ key: "n" }], place },
      { type: "setConfig", key: "a", path: [0.5], value: 1 },
      { type: "setConfig", key: "a", path: [], value: new Date(0) },
      { type: "replaceText", edits: [{ key: "a", at: ["name"] }] },
      { type: "replaceDocument", reason: "r", document: { ...flow, steps: {} } },
    ];
    for (const command of bad) expect(isCommand(command), JSON.stringify(command)).toBe(false);
  });
});

describe("a document that was stored", () => {
  it("is refused where two steps have one key, or lists are not where a conditional has them", () => {
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
    const renamed: Command = { type: "renameFlow", name: "g" };
    expect(isFlowDocument(applyCommand(flow, renamed))).toBe(true);
  });
});
