import { expect, it } from "vitest";
import { describeShape } from "#core/describe-shape.ts";
import type { CodeCompletion } from "#client/ui/code-completion.ts";
import { describeSeen, membersOf } from "./variable-shapes.ts";

const labels = (members: (() => readonly CodeCompletion[]) | undefined) =>
  members?.().map(({ label, detail }) => `${label}: ${detail}`);

it("lists what an object holds with its types, down to what is in its lists", () => {
  const shape = describeShape({ title: "A", count: 2, none: null, rows: [{ id: 1 }], empty: [] });
  const members = membersOf(shape);
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

it("lists nothing for what holds nothing, or was never seen", () => {
  expect(membersOf(describeShape("text"))).toBeUndefined();
  expect(membersOf(describeShape([]))).toBeUndefined();
  expect(membersOf(undefined)).toBeUndefined();
});

it("says in words what was seen, and cuts a long list of names", () => {
  expect(describeSeen(describeShape("a"))).toBe("text");
  expect(describeSeen(describeShape({ a: 1, b: 2 }))).toBe("object: a, b");
  const wide = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`n${index}`, 1]));
  expect(describeSeen(describeShape(wide))).toMatch(/n7, …$/);
});
