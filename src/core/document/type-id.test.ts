import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { createTypeId } from "./type-id.ts";
import { renumberStepOrderProperties, sortStepsByOrderProperty } from "./step-order.ts";

const random = fc.uint8Array({ minLength: 10, maxLength: 10 });

it("an id is a prefix and 26 characters of lowercase Crockford base32", () => {
  fc.assert(
    fc.property(fc.nat(), random, (now, bytes) => {
      expect(createTypeId("step", now, bytes)).toMatch(/^step_[0-9a-hjkmnp-tv-z]{26}$/);
    }),
  );
});

it("ids sort by creation time", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 2 ** 30 }), random, random, (now, later, a, b) => {
      expect(createTypeId("step", now, a) < createTypeId("step", now + later, b)).toBe(true);
    }),
  );
});

it("a list is sorted by order number only if each of its steps has one", () => {
  const steps: JsonObject[] = [{ order: 2 }, { order: 1, n: 1 }, { order: 1, n: 2 }];
  expect(sortStepsByOrderProperty(steps)).toEqual([steps[1], steps[2], steps[0]]);
  const mixed = [{ order: 2 }, { order: "1" }];
  expect(sortStepsByOrderProperty(mixed)).toBe(mixed);
  expect(sortStepsByOrderProperty([])).toEqual([]);
});

it("renumbering keeps the same object for a step that already has the right number", () => {
  const steps: JsonObject[] = [{ order: 0 }, { order: 5, a: 1 }, { a: 2 }];
  const numbered = renumberStepOrderProperties(steps);
  expect(numbered[0]).toBe(steps[0]);
  expect(numbered.map((step) => step["order"])).toEqual([0, 1, 2]);
});
