import { expect, test } from "vitest";
import { parseOutline } from "#core/testing/flow-builder.ts";
import { countFoldedConditionals, listConditionalStepKeys } from "./collapse.ts";

test("lists conditionals of all levels in document order, and counts the folded ones among them", () => {
  const document = parseOutline("first outer(inner()) last()");
  const keys = listConditionalStepKeys(document);
  expect(keys).toEqual(["outer", "inner", "last"]);
  const folded = new Set(keys.slice(0, 1));
  expect(countFoldedConditionals(keys, folded)).toBe(1);
});
