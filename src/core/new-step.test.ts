import * as fc from "fast-check";
import { expect, it } from "vitest";
import { buildLongFlow } from "./flow-builder.ts";
import { parseFlow } from "./flow-document.ts";
import type { JsonObject } from "./json.ts";
import { createId, createStep } from "./new-step.ts";
import { renumberSteps, sortByOrder } from "./step-order.ts";

const random = fc.uint8Array({ minLength: 10, maxLength: 10 });

it("an id is a prefix and 26 characters of lowercase Crockford base32", () => {
  fc.assert(
    fc.property(fc.nat(), random, (now, bytes) => {
      expect(createId("step", now, bytes)).toMatch(/^step_[0-9a-hjkmnp-tv-z]{26}$/);
    }),
  );
});

it("ids sort by the time they were made at", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 2 ** 30 }), random, random, (now, later, a, b) => {
      expect(createId("step", now, a) < createId("step", now + later, b)).toBe(true);
    }),
  );
});

it("an id needs ten random bytes", () => {
  expect(() => createId("step", 0, new Uint8Array(9))).toThrow(RangeError);
});

it("a new conditional has two open branches", () => {
  expect(createStep({ id: "a", type: "conditional" }).branches).toEqual({ trueSteps: [], falseSteps: [] });
});

it("a list is sorted only if every step of it has a number", () => {
  const steps: JsonObject[] = [{ order: 2 }, { order: 1, n: 1 }, { order: 1, n: 2 }];
  expect(sortByOrder(steps)).toEqual([steps[1], steps[2], steps[0]]);
  const mixed = [{ order: 2 }, { order: "1" }];
  expect(sortByOrder(mixed)).toBe(mixed);
  expect(sortByOrder([])).toEqual([]);
});

it("a step that has its number already is not rewritten", () => {
  const steps: JsonObject[] = [{ order: 0 }, { order: 5, a: 1 }, { a: 2 }];
  const numbered = renumberSteps(steps);
  expect(numbered[0]).toBe(steps[0]);
  expect(numbered.map((step) => step["order"])).toEqual([0, 1, 2]);
});

it("a long flow for measurements is a flow like any other", () => {
  expect(parseFlow(buildLongFlow("Long", 1_000)).steps).toHaveLength(1_000);
});
