import { expect, it } from "vitest";
import { describeJsonStructure } from "#core/document/describe-json-structure.ts";
import type { VariableCompletion } from "#client/ui/code/variable-completion.ts";
import { formatVariableJsonShape, createMemberCompletions } from "./variable-shapes.ts";

const labels = (members: (() => readonly VariableCompletion[]) | undefined) =>
  members?.().map(({ label, detail }) => `${label}: ${detail}`);

it("completions list the members of an object with their types, including list items", () => {
  const shape = describeJsonStructure({ title: "A", count: 2, none: null, rows: [{ id: 1 }], empty: [] });
  const members = createMemberCompletions(shape);
  expect(labels(members)).toEqual([
    "title: text",
    "count: number",
    "none: null",
    "rows: list",
    "empty: list",
  ]);
  const rows = members?.().find(({ label }) => label === "rows");
  expect(labels(rows?.members)).toEqual(["0: object"]);
  expect(labels(rows?.members?.()[0]?.members)).toEqual(["id: number"]);
});

it("completions list no members for texts, empty lists and unknown values", () => {
  expect(createMemberCompletions(describeJsonStructure("text"))).toBeUndefined();
  expect(createMemberCompletions(describeJsonStructure([]))).toBeUndefined();
  expect(createMemberCompletions(undefined)).toBeUndefined();
});

it("the description of a shape names the type, and truncates a long list of keys", () => {
  expect(formatVariableJsonShape(describeJsonStructure("a"))).toBe("text");
  expect(formatVariableJsonShape(describeJsonStructure({ a: 1, b: 2 }))).toBe("object: a, b");
  const wide = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`n${index}`, 1]));
  expect(formatVariableJsonShape(describeJsonStructure(wide))).toMatch(/n7, …$/);
});
