import { expect, test } from "vitest";
import { buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { renewStepIds } from "./duplicate-flow.ts";

test("the steps of a duplicated flow have new ids at every level, and are the same otherwise", () => {
  const steps = [
    buildStep("a"),
    buildConditional("b", [buildStep("c")], [buildConditional("d", [buildStep("e")])]),
  ];
  const renewed = JSON.stringify(renewStepIds(steps));
  const ids = [...renewed.matchAll(/"id":"(step_[^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(5);
  const withoutIds = (text: string) => text.replaceAll(/"id":"[^"]+"/g, '"id":""');
  expect(withoutIds(renewed)).toBe(withoutIds(JSON.stringify(steps)));
});
