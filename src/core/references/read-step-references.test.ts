import { describe, expect, test } from "vitest";
import { buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument, createStepNodeFromJson } from "#core/document/flow-document.ts";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { readStepReferences } from "./read-step-references.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";

const readStep = (type: string, config: JsonValue, more: JsonObject = {}) =>
  readStepReferences(
    createStepNodeFromJson({ id: "a", type, name: "{{no}}", config, ...more }),
    sampleStepTypeLookup,
  );

const describeAll = (type: string, config: JsonValue, more?: JsonObject) =>
  readStep(type, config, more).reads.map(({ name, at, form }) => `${name} ${form} ${at.join(".")}`);

describe("each field is parsed by its kind of content", () => {
  test.each<[what: string, type: string, config: JsonValue, ...reads: string[]]>([
    ["nothing", "prompt", {}],
    ["a prompt", "prompt", { userPrompt: "Sum up {{page}}." }, "page template config.userPrompt"],
    [
      "texts at any depth",
      "fetch-url",
      { http: { headers: { "X-{{no}}": "{{a}}" }, body: [{ list: ["{{b}}", 1, null] }] } },
      "a template config.http.headers.X-{{no}}",
      "b template config.http.body.0.list.1".replace("1", "0"),
    ],
    ["a script", "transform-data", { script: "return page" }, "page script config.script"],
    ["code that is no field for code", "prompt", { script: "return page" }],
    [
      "a condition inside",
      "wait-until",
      { poll: { condition: "page" } },
      "page script config.poll.condition",
    ],
    [
      "a template in a condition",
      "conditional",
      { condition: "{{page}} > 1" },
      "page template config.condition",
    ],
    ["a bare name", "upsert-record", { sourceVariable: "page" }, "page variable config.sourceVariable"],
    [
      "a bare name with a path",
      "upsert-record",
      { sourceVariable: " page.items " },
      "page variable config.sourceVariable",
    ],
    [
      "a template for a bare name",
      "prompt",
      { previousMessages: "{{messages}}" },
      "messages template config.previousMessages",
    ],
    [
      "messages one by one",
      "prompt",
      { previousMessages: [{ role: "user", content: "{{page}}" }] },
      "page template config.previousMessages.0.content",
    ],
    ["no bare name", "upsert-record", { sourceVariable: "" }],
    ["a sentence for a bare name", "upsert-record", { sourceVariable: "a, b" }],
    ["Liquid", "template", { template: "{{ page | upcase }}" }, "page liquid config.template"],
    [
      "Liquid with inputs and partials",
      "template",
      {
        inputs: { customer: "{{record}}" },
        partials: { a: "{% if page %}{% endif %}" },
        template: "{{ customer.x }}",
      },
      "record template config.inputs.customer",
      "page liquid config.partials.a",
    ],
    ["{{flow:x}}", "prompt", { userPrompt: "{{flow:page}}" }, "page explicit config.userPrompt"],
    [
      "a name made by a template",
      "prompt",
      { outputVariable: "{{page}}" },
      "page template config.outputVariable",
    ],
    [
      "a loop's own texts, and those inside it as texts",
      "loop",
      { over: "{{pages}}", steps: [{ type: "transform-data", config: { script: "x", a: "{{page}}" } }] },
      "pages template config.over",
      "page template config.steps.0.config.a",
    ],
    [
      "keys that objects inherit",
      "prompt",
      { constructor: "{{a}}", ["__proto__"]: "{{b}}" },
      "a template config.constructor",
      "b template config.__proto__",
    ],
    ["no object for config", "transform-data", "{{page}}", "page template config"],
    [
      "a script that is no text",
      "transform-data",
      { script: { x: "{{page}}" } },
      "page template config.script.x",
    ],
  ])("such as %s", (_, type, config, ...reads) => {
    expect(describeAll(type, config)).toEqual(reads);
  });

  test("`when` is parsed as JavaScript in every step type, and listed first", () => {
    expect(describeAll("loop", { x: "{{b}}" }, { when: "a > 1" })).toEqual([
      "a script when",
      "b template config.x",
    ]);
  });

  test("parsing a conditional does not parse its nested steps", () => {
    const [node] = parseFlowDocument({
      name: "",
      flowSteps: [buildConditional("if", [buildStep("a", { config: { userPrompt: "{{page}} {{" } })])],
    }).steps;
    expect(node && readStepReferences(node, sampleStepTypeLookup)).toMatchObject({
      sets: [],
      reads: [],
      faults: [],
    });
  });
});

describe("scripts in other languages are not parsed", () => {
  test.each<[language: string, script: string, reads: number, faults: number]>([
    ["javascript", "return page", 1, 0],
    ["JavaScript", "return page", 1, 0],
    ["", "return page", 1, 0],
    ["python", "return page", 0, 0],
    ["python", 'f"{{page}} {{secrets:KEY}}"', 0, 0],
    ["ruby", "page", 0, 0],
    ["typescript", "const a = page; return a", 1, 0],
    ["typescript", "const a: string = page; return a", 0, 0],
    ["javascript", "const a: string = page; return a", 0, 1],
  ])("%s: %s", (language, script, reads, faults) => {
    const references = readStep("transform-data", { language, script });
    expect([references.reads.length, references.faults.length]).toEqual([reads, faults]);
  });
});

test("`when` is parsed as JavaScript even if the step's script is in another language", () => {
  expect(readStep("transform-data", { language: "python" }, { when: "page" }).reads).toHaveLength(1);
});

describe("the variables that a step sets", () => {
  test.each<[type: string, config: JsonObject, ...names: string[]]>([
    ["prompt", { outputVariable: "page" }, "page"],
    ["set-variable", { variableName: "page", outputVariable: "no" }, "page"],
    ["send-slack-message", { outputVariable: "a b" }, "a b"],
    ["prompt", { outputVariable: "" }],
    ["prompt", { outputVariable: " " }],
    ["prompt", { outputVariable: 7 }],
    ["prompt", { outputVariable: "{{page}}" }],
    ["prompt", { outputVariable: "__proto__" }, "__proto__"],
  ])("%s %j", (type, config, ...names) => {
    expect(readStep(type, config).sets.map(({ name }) => name)).toEqual(names);
  });
});

test("parse errors are reported with path, line and column", () => {
  const { faults } = readStep(
    "transform-data",
    { script: "const a = 1;\r\nreturn a +", note: "One\n\n{{a}} {{secrets:B}}\n{{" },
    { when: "(" },
  );
  expect(faults).toEqual([
    expect.objectContaining({ code: "bad-code", at: ["when"], line: 1, column: 2 }),
    expect.objectContaining({ code: "bad-code", at: ["config", "script"], line: 2, column: 11 }),
    expect.objectContaining({ code: "bad-secret", at: ["config", "note"], line: 3, column: 7 }),
    expect.objectContaining({ code: "bad-template", at: ["config", "note"], line: 4, column: 1 }),
  ]);
});

test("at most a hundred parse errors of a text are reported", () => {
  expect(readStep("prompt", { userPrompt: "{{}}\n".repeat(100_000) }).faults).toHaveLength(100);
});

test("a step is not parsed again when its nested steps change", () => {
  const node = createStepNodeFromJson({ id: "a", type: "conditional", config: { condition: "page" } });
  const changed = { ...node, branches: { trueSteps: [createStepNodeFromJson({ id: "b" })], falseSteps: [] } };
  expect(readStepReferences(changed, sampleStepTypeLookup)).toBe(
    readStepReferences(node, sampleStepTypeLookup),
  );
  expect(readStepReferences(node, { ...sampleStepTypeLookup })).not.toBe(
    readStepReferences(node, sampleStepTypeLookup),
  );
});

test("a config nested deeper than the call stack is parsed completely", () => {
  let config: JsonValue = "{{page}}";
  for (let depth = 0; depth < 50_000; depth += 1) config = depth % 2 === 0 ? [config] : { a: config };
  const { reads } = readStep("template", { template: config });
  expect(reads.map(({ name, at }) => [name, at.length])).toEqual([["page", 50_002]]);
});
