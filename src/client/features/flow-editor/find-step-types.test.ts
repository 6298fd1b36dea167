import { expect, it } from "vitest";
import { FAMILIES, STEP_TYPES, findStepType } from "#contract/step-types.ts";
import { findStepTypes } from "./find-step-types.ts";

const recent = [findStepType("prompt")!];
const found = (query: string) =>
  findStepTypes(query, recent).flatMap(({ types }) => types.map(({ type }) => type));

it("shows what was added last, then everything by family", () => {
  const groups = findStepTypes(" ", recent);
  expect(groups.map(({ heading }) => heading)).toEqual(["Recent", ...FAMILIES]);
  expect(groups.slice(1).flatMap(({ types }) => types)).toHaveLength(STEP_TYPES.length);
  expect(findStepTypes("", []).map(({ heading }) => heading)).toEqual(FAMILIES);
});

it("has first what begins with what was typed", () => {
  expect(found("crawl")[0]).toBe("crawl");
  expect(found("web site")).toContain("crawl");
  for (const { label, type } of STEP_TYPES) expect(found(label.slice(0, -1))[0]).toBe(type);
});

it("finds a type by how it is written in JSON, and by its family", () => {
  for (const { type } of STEP_TYPES) expect(found(type)).toContain(type);
  expect(found("control")).toEqual(
    expect.arrayContaining(STEP_TYPES.filter(({ family }) => family === "Control").map(({ type }) => type)),
  );
});

it("finds nothing for what is nowhere", () => {
  expect(found("zzz")).toEqual([]);
});
