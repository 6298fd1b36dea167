import { expect, test } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { countFoldedConditionals, listConditionalStepKeys } from "./collapse.ts";

test("lists conditionals of all levels in document order, and counts the folded ones among them", () => {
  const document = parseFlowDocument(
    buildFlow("Nested", [
      buildStep("first"),
      buildConditional("outer", [buildConditional("inner", [])]),
      buildConditional("last", []),
    ]),
  );
  const keys = listConditionalStepKeys(document);
  expect(keys).toEqual(["outer", "inner", "last"]);
  const folded = new Set(keys.slice(0, 1));
  expect(countFoldedConditionals(keys, folded)).toBe(1);
});
