import { expect, test } from "vitest";
import { parseFlowDocument, toApiSteps } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { createFieldFiller, hasAllFields, hasRemovedField } from "./field-filler.ts";

const documentOf = (...flowSteps: JsonObject[]) => parseFlowDocument({ name: "Flow", flowSteps });
const prompt = (config: JsonObject, fields: JsonObject = {}): JsonObject => ({
  id: "a",
  type: "prompt",
  config,
  ...fields,
});
const conditional = (...trueSteps: JsonObject[]): JsonObject => ({
  id: "c",
  type: "conditional",
  config: { trueSteps },
});

test("adds the fields that one version has and another lacks to other documents", () => {
  const sent = documentOf(prompt({ model: "m" }), conditional({ type: "crawl", id: "n" }));
  const held = documentOf(
    prompt({ model: "m", format: "text" }, { enabled: true }),
    conditional({ type: "crawl", id: "n", when: "x" }),
  );
  const fill = createFieldFiller(sent, held);
  expect(toApiSteps(fill?.(sent).steps ?? [])).toEqual(toApiSteps(held.steps));
  // The values of the document stay, also in edited and new steps.
  const edited = documentOf(
    { id: "new", type: "prompt", config: {} },
    conditional({ type: "crawl", id: "n", when: "mine" }),
    prompt({ model: "other" }),
  );
  expect(toApiSteps(fill?.(edited).steps ?? [])).toEqual([
    { id: "new", type: "prompt", config: {} },
    conditional({ type: "crawl", id: "n", when: "mine" }),
    prompt({ model: "other", format: "text" }, { enabled: true }),
  ]);
  const removed = documentOf({ id: "a", type: "prompt" }, { id: "c", type: "prompt", config: {} });
  expect(toApiSteps(fill?.(removed).steps ?? [])).toEqual([
    { id: "a", type: "prompt", enabled: true },
    { id: "c", type: "prompt", config: {} },
  ]);
  expect(createFieldFiller(held, sent)).toBeUndefined();
});

test("converts a shared step or a repeated document only once", () => {
  const sent = documentOf(prompt({}), { id: "b", type: "crawl" });
  const fill = createFieldFiller(sent, documentOf(prompt({ format: "text" }), { id: "b", type: "crawl" }));
  const filled = fill?.(sent);
  expect(fill?.(sent)).toBe(filled);
  expect(filled && fill?.(filled)).toBe(filled);
  expect(filled?.steps[1]).toBe(sent.steps[1]);
  const moved = { ...sent, steps: sent.steps.toReversed() };
  expect(fill?.(moved).steps[1]).toBe(filled?.steps[0]);
});

test("a version has all fields of a document only if it lacks none and changes none", () => {
  const sent = documentOf(
    prompt({ list: [{ x: 1 }] }, { when: "x", order: 0 }),
    conditional({ id: "n", type: "crawl" }),
  );
  const held = documentOf(
    prompt({ list: [{ x: 1, y: 2 }], format: "text" }, { when: "x", enabled: true, order: 1 }),
    conditional({ id: "n", type: "crawl", enabled: true }),
  );
  expect(hasAllFields(sent, held)).toBe(true);
  expect(hasAllFields(held, sent)).toBe(false);
  expect(hasAllFields(sent, { ...held, name: "Other" })).toBe(false);
  expect(hasAllFields(sent, { ...held, steps: held.steps.toReversed() })).toBe(false);
  expect(
    hasAllFields(
      sent,
      documentOf(prompt({ list: [] }, { when: "x" }), conditional({ id: "n", type: "crawl" })),
    ),
  ).toBe(false);
  expect(hasAllFields(sent, documentOf(prompt({ list: [{ x: 1 }] }, { when: "x" }), conditional()))).toBe(
    false,
  );
});

test("detects a field that an edit removed and a version still has", () => {
  const before = documentOf(prompt({ model: "m" }, { when: "x" }));
  const edited = documentOf(prompt({ model: "m" }));
  expect(hasRemovedField(before, edited, edited)).toBe(false);
  expect(hasRemovedField(before, edited, documentOf(prompt({ model: "m", format: "text" })))).toBe(false);
  expect(hasRemovedField(before, edited, documentOf(prompt({ model: "m" }, { when: "y" })))).toBe(true);
  expect(hasRemovedField(before, documentOf(prompt({}, { when: "x" })), before)).toBe(true);
});
