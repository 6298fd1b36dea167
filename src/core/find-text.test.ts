import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyFlow } from "./arbitrary-flow.ts";
import { applyCommand } from "./command.ts";
import { findText, planReplace } from "./find-text.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import { type FlowDocument, parseFlow } from "./flow-document.ts";
import type { JsonObject } from "./json.ts";

const anywhere = { matchCase: false, wholeWord: false, limit: 1000 };

const flowOf = (...steps: readonly JsonObject[]) => parseFlow(buildFlow("Flow", steps));
const configOf = (config: JsonObject) => flowOf(buildStep("a", { name: "A", config }));

/** Each match as “step: path: what was found”. */
const found = (document: FlowDocument, query: string, options = {}) =>
  findText(document, query, { ...anywhere, ...options }).map(
    ({ key, at, text, from, to }) => `${key}: ${at.join(".")}: ${text.slice(from, to)}`,
  );

const replaceAll = (document: FlowDocument, query: string, by: string): FlowDocument => {
  const plan = planReplace(findText(document, query, { ...anywhere, matchCase: true }), by);
  if (plan.type === "refused") throw new Error(plan.reason);
  return applyCommand(document, { type: "replaceText", edits: plan.edits });
};

describe("finding", () => {
  test("looks into names, types, conditions, variables and every text of a config, nested steps in their turn", () => {
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

  test("minds the case, and whole words, where that is wanted", () => {
    const document = configOf({ text: "Page page pages homepage {{page}} pagé page_1" });
    expect(found(document, "page", { matchCase: true })).toHaveLength(5);
    expect(found(document, "page", { wholeWord: true })).toHaveLength(3);
    expect(found(document, "page", { wholeWord: true, matchCase: true })).toHaveLength(2);
    expect(found(document, "{{page}}", { wholeWord: true })).toHaveLength(1);
  });

  test("takes the query as it stands, whatever a pattern would make of it", () => {
    const document = configOf({ text: "a.c abc [a-z]+ (a|b)* ^$ \\d {2} a/b" });
    for (const query of [".", "[a-z]+", "(a|b)*", "^$", "\\d", "{2}", "a/b", "a.c"])
      expect(found(document, query)).toEqual([`a: config.text: ${query}`]);
  });

  test("folds the case of other scripts and keeps the place of what it found", () => {
    const document = configOf({ text: "İstanbul ΣΟΦΟΣ straße" });
    expect(found(document, "istanbul".slice(1))).toEqual(["a: config.text: stanbul"]);
    expect(found(document, "σοφος")).toEqual(["a: config.text: ΣΟΦΟΣ"]);
  });

  test("finds what indexOf finds, for any text and query", () => {
    const unit = fc.constantFrom("a", "b", ".", "*", "\\", "😀", "[", "\n");
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 30 }),
        fc.string({ unit, minLength: 1, maxLength: 2 }),
        (text, query) => {
          const expected: number[] = [];
          for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length))
            expected.push(at);
          const matches = findText(configOf({ text }), query, { ...anywhere, matchCase: true });
          const inText = matches.filter(({ kind, at }) => kind === "text" && at.at(-1) === "text");
          expect(inText.map(({ from }) => from)).toEqual(expected);
        },
      ),
    );
  });

  test("ends at its limit, and finds nothing for nothing", () => {
    const document = configOf({ text: "a".repeat(5000) });
    expect(found(document, "a", { limit: 100 })).toHaveLength(100);
    expect(found(document, "")).toEqual([]);
  });
});

describe("replacing", () => {
  test("changes the chosen matches and nothing else, in one edit", () => {
    const document = configOf({ text: "one two one", other: "one" });
    const [first, , third] = findText(document, "one", anywhere);
    const plan = planReplace([first!, third!], "1");
    const after = applyCommand(document, {
      type: "replaceText",
      edits: plan.type === "edits" ? plan.edits : [],
    });
    expect(after.steps[0]?.fields["config"]).toEqual({ text: "1 two one", other: "1" });
  });

  test("writes the replacement as it stands", () => {
    const after = replaceAll(configOf({ text: "price" }), "price", "$& $1 \\n");
    expect(after.steps[0]?.fields["config"]).toEqual({ text: "$& $1 \\n" });
  });

  test("never touches a type or the name of a field, also not inside a loop", () => {
    const loop = { steps: [{ type: "prompt", name: "prompt", config: { prompt: "prompt" } }] };
    const document = flowOf(buildStep("a", { type: "prompt", name: "My prompt", config: loop }));
    const after = replaceAll(document, "prompt", "X");
    expect(after.steps[0]?.fields).toMatchObject({
      type: "prompt",
      name: "My X",
      config: { steps: [{ type: "prompt", name: "X", config: { prompt: "X" } }] },
    });
  });

  test("leaves no step without a name", () => {
    const plan = planReplace(findText(flowOf(buildStep("a", { name: "Draft" })), "draft", anywhere), " ");
    expect(plan).toMatchObject({ type: "refused", key: "a" });
  });

  test("there and back is where it began", () => {
    fc.assert(
      fc.property(anyFlow, fc.constantFrom("e", "text", "{{", "t", "out_1"), (source, query) => {
        const document = parseFlow(source);
        const there = replaceAll(document, query, "\u{1F6A9}mark");
        expect(
          findText(there, query, { ...anywhere, matchCase: true }).every(({ kind }) => kind !== "text"),
        ).toBe(true);
        expect(replaceAll(there, "\u{1F6A9}mark", query)).toEqual(document);
      }),
    );
  });
});
