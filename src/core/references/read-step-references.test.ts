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

test.each<[type: string, config: JsonValue, ...reads: string[]]>([
  ["prompt", {}],
  ["prompt", { userPrompt: "Sum up {{page}}." }, "page template config.userPrompt"],
  [
    "fetch-url",
    { http: { headers: { "X-{{no}}": "{{a}}" }, body: [{ list: ["{{b}}", 1, null] }] } },
    "a template config.http.headers.X-{{no}}",
    "b template config.http.body.0.list.0",
  ],
  ["transform-data", { script: "return page" }, "page script config.script"],
  ["transform-data", { script: { x: "{{page}}" } }, "page template config.script.x"],
  ["transform-data", "{{page}}", "page template config"],
  ["prompt", { script: "return page" }],
  ["wait-until", { poll: { condition: "page" } }, "page script config.poll.condition"],
  ["conditional", { condition: "{{page}} > 1" }, "page template config.condition"],
  ["upsert-record", { sourceVariable: " page.items " }, "page variable config.sourceVariable"],
  ["upsert-record", { sourceVariable: "" }],
  ["upsert-record", { sourceVariable: "a, b" }],
  ["prompt", { previousMessages: "{{messages}}" }, "messages template config.previousMessages"],
  ["prompt", { previousMessages: [{ content: "{{a}}" }] }, "a template config.previousMessages.0.content"],
  ["template", { template: "{{ page | upcase }}" }, "page liquid config.template"],
  [
    "template",
    { inputs: { own: "{{a}}" }, partials: { b: "{% if c %}{% endif %}" }, template: "{{ own.x }}" },
    "a template config.inputs.own",
    "c liquid config.partials.b",
  ],
  ["prompt", { userPrompt: "{{flow:page}}" }, "page explicit config.userPrompt"],
  ["prompt", { outputVariable: "{{page}}" }, "page template config.outputVariable"],
  [
    "loop",
    { steps: [{ type: "transform-data", config: { script: "x", a: "{{page}}" } }] },
    "page template config.steps.0.config.a",
  ],
  [
    "prompt",
    { constructor: "{{a}}", ["__proto__"]: "{{b}}" },
    "a template config.constructor",
    "b template config.__proto__",
  ],
])(
  "each field is parsed by its kind of content in a %s step with the config %j",
  (type, config, ...reads) => {
    expect(describeAll(type, config)).toEqual(reads);
  },
);

test("each field is parsed by its kind of content: `when` is parsed as JavaScript in every step type, and listed first", () => {
  expect(describeAll("loop", { x: "{{b}}" }, { when: "a > 1" })).toEqual([
    "a script when",
    "b template config.x",
  ]);
});

test("each field is parsed by its kind of content: parsing a conditional does not parse its nested steps", () => {
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

describe("only scripts in JavaScript, or TypeScript without types, are parsed", () => {
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
  ])("language %j: %s", (language, script, reads, faults) => {
    const references = readStep("transform-data", { language, script });
    expect([references.reads.length, references.faults.length]).toEqual([reads, faults]);
  });
});

test("`when` is parsed as JavaScript even if the step's script is in another language", () => {
  expect(readStep("transform-data", { language: "python" }, { when: "page" }).reads).toHaveLength(1);
});

test.each<[type: string, config: JsonObject, ...names: string[]]>([
  ["prompt", { outputVariable: "page" }, "page"],
  ["set-variable", { variableName: "page", outputVariable: "no" }, "page"],
  ["send-slack-message", { outputVariable: "a b" }, "a b"],
  ["prompt", { outputVariable: "" }],
  ["prompt", { outputVariable: " " }],
  ["prompt", { outputVariable: 7 }],
  ["prompt", { outputVariable: "{{page}}" }],
  ["prompt", { outputVariable: "__proto__" }, "__proto__"],
])("the variables that a step sets are read from a %s step with the config %j", (type, config, ...names) => {
  expect(readStep(type, config).sets.map(({ name }) => name)).toEqual(names);
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
