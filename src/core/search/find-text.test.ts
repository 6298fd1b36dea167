import * as fc from "fast-check";
import { expect, test } from "vitest";
import { flowArbitrary } from "#core/testing/arbitrary-flow.ts";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { findSearchMatchesInStepTexts, planSearchMatchReplacement } from "./find-text.ts";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";

const anywhere = { matchCase: false, wholeWord: false, limit: 1000 };

const flowOf = (...steps: readonly JsonObject[]) => buildDocument(...steps);
const configOf = (config: JsonObject) => flowOf(buildStep("a", { name: "A", config }));

const found = (document: FlowDocument, query: string, options = {}) =>
  findSearchMatchesInStepTexts(document, query, { ...anywhere, ...options }).map(
    ({ key, at, text, from, to }) => `${key}: ${at.join(".")}: ${text.slice(from, to)}`,
  );

const replaceAll = (document: FlowDocument, query: string, by: string): FlowDocument => {
  const plan = planSearchMatchReplacement(
    findSearchMatchesInStepTexts(document, query, { ...anywhere, matchCase: true }),
    by,
  );
  if (plan.type === "refused") throw new Error(plan.reason);
  return applyEditCommand(document, { type: "replaceText", edits: plan.edits });
};

test("text search in a flow includes names, types, conditions, variables and all config texts, in document order", () => {
  const document = flowOf(
    buildStep("load", {
      name: "Load page",
      type: "fetch-url",
      config: { http: { url: "https://page.example" } },
    }),
    buildConditional("route", [
      buildStep("sum", { config: { userPrompt: "Sum up {{page}}.", list: ["a page"] } }),
    ]),
    buildStep("end", { when: "page.size > 1", config: { outputVariable: "pages", page: 1 } }),
  );
  expect(found(document, "page")).toEqual([
    "load: name: page",
    "load: config.http.url: page",
    "sum: config.userPrompt: page",
    "sum: config.list.0: page",
    "end: config.outputVariable: page",
    "end: config.page: page",
    "end: when: page",
  ]);
  expect(found(document, "fetch-")).toEqual(["load: type: fetch-"]);
  expect(found(document, "sum")).toEqual(["sum: name: Sum", "sum: config.userPrompt: Sum"]);
});

test("text search in a flow can be limited to matching case and to whole words", () => {
  const document = configOf({ text: "Page page pages homepage {{page}} pagé page_1" });
  expect(found(document, "page", { matchCase: true })).toHaveLength(5);
  expect(found(document, "page", { wholeWord: true })).toHaveLength(3);
  expect(found(document, "page", { wholeWord: true, matchCase: true })).toHaveLength(2);
  expect(found(document, "{{page}}", { wholeWord: true })).toHaveLength(1);
});

test("text search in a flow ignores case in Greek and Turkish letters, whose lower case may have another length", () => {
  const document = configOf({ text: "İstanbul ΣΟΦΟΣ straße" });
  expect(found(document, "istanbul".slice(1))).toEqual(["a: config.text: stanbul"]);
  expect(found(document, "σοφος")).toEqual(["a: config.text: ΣΟΦΟΣ"]);
});

test("text search in a flow finds the same positions as String.indexOf, for any text and query", () => {
  const unit = fc.constantFrom("a", "b", ".", "*", "\\", "😀", "[", "\n");
  fc.assert(
    fc.property(
      fc.string({ unit, maxLength: 30 }),
      fc.string({ unit, minLength: 1, maxLength: 2 }),
      (text, query) => {
        const expected: number[] = [];
        for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length))
          expected.push(at);
        const matches = findSearchMatchesInStepTexts(configOf({ text }), query, {
          ...anywhere,
          matchCase: true,
        });
        const inText = matches.filter(({ kind, at }) => kind === "text" && at.at(-1) === "text");
        expect(inText.map(({ from }) => from)).toEqual(expected);
      },
    ),
  );
});

test("replacing found text changes only the chosen matches, in one edit", () => {
  const document = configOf({ text: "one two one", other: "one" });
  const [first, , third] = findSearchMatchesInStepTexts(document, "one", anywhere);
  const plan = planSearchMatchReplacement([first!, third!], "1");
  const after = applyEditCommand(document, {
    type: "replaceText",
    edits: plan.type === "edits" ? plan.edits : [],
  });
  expect(after.steps[0]?.fields["config"]).toEqual({ text: "1 two one", other: "1" });
});

test("replacing found text writes the replacement literally", () => {
  const after = replaceAll(configOf({ text: "price" }), "price", "$& $1 \\n");
  expect(after.steps[0]?.fields["config"]).toEqual({ text: "$& $1 \\n" });
});

test("replacing found text never changes a step type or a field name, also inside a loop", () => {
  const loop = { steps: [{ type: "prompt", name: "prompt", config: { prompt: "prompt" } }] };
  const document = flowOf(buildStep("a", { type: "prompt", name: "My prompt", config: loop }));
  const after = replaceAll(document, "prompt", "X");
  expect(after.steps[0]?.fields).toMatchObject({
    type: "prompt",
    name: "My X",
    config: { steps: [{ type: "prompt", name: "X", config: { prompt: "X" } }] },
  });
});

test("replacing found text is refused if a step would lose its name", () => {
  const plan = planSearchMatchReplacement(
    findSearchMatchesInStepTexts(flowOf(buildStep("a", { name: "Draft" })), "draft", anywhere),
    " ",
  );
  expect(plan).toMatchObject({ type: "refused", key: "a" });
});

test("replacing found text is reverted by replacing the new text with the old text", () => {
  fc.assert(
    fc.property(flowArbitrary, fc.constantFrom("e", "text", "{{", "t", "out_1"), (source, query) => {
      const document = parseFlowDocument(source);
      const there = replaceAll(document, query, "\u{1F6A9}mark");
      expect(
        findSearchMatchesInStepTexts(there, query, { ...anywhere, matchCase: true }).every(
          ({ kind }) => kind !== "text",
        ),
      ).toBe(true);
      expect(replaceAll(there, "\u{1F6A9}mark", query)).toEqual(document);
    }),
  );
});
