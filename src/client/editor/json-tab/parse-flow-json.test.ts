import { expect, test } from "vitest";
import { buildFlowOfNestedConditionals } from "#core/testing/arbitrary-flow.ts";
import { parseOutline, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { formatFlowAsJson } from "#core/document/format-flow.ts";
import type { JsonValue } from "#core/json/json.ts";
import { parseFlowJson } from "./parse-flow-json.ts";

const empty = parseFlowDocument({ name: "Empty", flowSteps: [] });
const readValue = (value: JsonValue, document = empty) =>
  parseFlowJson(JSON.stringify(value, null, 2), document);
const flowOf = (...flowSteps: readonly JsonValue[]) => ({ name: "Flow", flowSteps });

const problemsOf = (reading: ReturnType<typeof parseFlowJson>) =>
  reading.problems.map(
    ({ severity, line, column, message }) =>
      `${severity === "error" ? "" : "? "}${line}:${column} ${message}`,
  );

test("a flow formatted for the JSON tab is read back without problems", () => {
  const document = parseOutline("a b(c)");
  const reading = parseFlowJson(formatFlowAsJson(document), document);
  expect(reading.problems).toEqual([]);
  expect(reading.flow?.flowSteps).toHaveLength(2);
});

test.each([
  ["3:3 Expected a name in double quotes.", '{\n  "name": "x",\n  flowSteps: []\n}'],
  ["1:32 Unexpected text after the JSON.", '{"name": "x", "flowSteps": []} }'],
  ["1:1 Unexpected end of JSON.", ""],
  ["1:1 A flow must be an object: { “name”: …, “flowSteps”: [ … ] }.", "[]"],
  ["1:1 “name” is required.", '{"flowSteps": []}'],
  ["1:1 “flowSteps” is required.", '{"name": "x"}'],
  ["1:28 “flowSteps” must be an array.", '{"name": "x", "flowSteps": {}}'],
  ["1:10 “name” can’t be empty.", '{"name": " ", "flowSteps": []}'],
  ["1:10 “name” must be a string.", '{"name": 1, "flowSteps": []}'],
  ["1:30 “description” must be a string or null.", '{"name": "x", "description": 1, "flowSteps": []}'],
])("the report about an invalid flow names the line and column of the error: %s", (problem, text) => {
  const reading = parseFlowJson(text, empty);
  expect(reading.flow).toBeUndefined();
  expect(problemsOf(reading)).toEqual([problem]);
});

test("the report about an invalid flow names the position, the step and the reason of an invalid step", () => {
  const reading = readValue(
    flowOf(
      buildStep("a", { name: "" }),
      { id: "b", name: "No type" },
      buildConditional(
        "route",
        [],
        [buildStep("c", { name: "Inside", enabled: "yes", when: "x".repeat(501) })],
      ),
      7,
      buildStep("d", { id: "no spaces", config: [] }),
    ),
  );
  expect(reading.flow).toBeUndefined();
  expect(problemsOf(reading).map((problem) => problem.replace(/^[\d:]+ /, ""))).toEqual(
    expect.arrayContaining([
      "Step 1: “name” is required.",
      "Step 2, “No type”: “type” is required.",
      "Step 3 › else › 1, “Inside”: “enabled” must be true or false.",
      "Step 3 › else › 1, “Inside”: “when” is limited to 500 characters.",
      "Not a step: expected an object with a “type”.",
      "Step 5, “D”: “config” must be an object: { … }.",
    ]),
  );
});

test("the report about an invalid flow names both steps that have the same id", () => {
  const reading = readValue(flowOf(buildStep("a", { name: "One" }), buildStep("a", { name: "Two" })));
  expect(reading.flow).toBeUndefined();
  expect(reading.problems[0]?.message).toContain("Step 2, “Two”: “id” “a” is already used by Step 1, “One”.");
});

test("limits: a name has at most 500 characters", () => {
  expect(readValue({ name: "x".repeat(500), flowSteps: [] }).problems).toEqual([]);
  expect(readValue({ name: "x".repeat(501), flowSteps: [] }).flow).toBeUndefined();
});

test("limits: a flow has at most 2,000 steps, including nested ones", () => {
  const steps = Array.from({ length: 1999 }, (_, index) => buildStep(`s${index}`));
  expect(readValue(flowOf(...steps, buildStep("last"))).problems).toEqual([]);
  const reading = readValue(flowOf(...steps, buildConditional("last", [buildStep("one-more")])));
  expect(problemsOf(reading)).toEqual([
    "3:16 Flows are limited to 2,000 steps, including nested ones. This flow has 2,001.",
  ]);
});

test("limits: conditionals are nested at most ten levels deep", () => {
  const deep = (levels: number) =>
    readValue({ name: "Deep", flowSteps: buildFlowOfNestedConditionals(levels).flowSteps });
  expect(deep(10).problems).toEqual([]);
  expect(deep(11).problems[0]?.message).toContain("nested up to 10 levels deep");
});

test("limits: a flow has at most two MiB in bytes", () => {
  const prompt = (length: number) => flowOf(buildStep("a", { config: { userPrompt: "ü".repeat(length) } }));
  expect(readValue(prompt(1_040_000)).problems).toEqual([]);
  expect(readValue(prompt(1_060_000)).problems[0]?.message).toMatch(/This flow has 2\.0\d MiB/);
});

test("limits: numbers and texts that cannot be stored exactly are rejected", () => {
  const text =
    '{"name": "x", "flowSteps": [{"type": "prompt", "name": "A", "config": {"n": 12345678901234567890}}]}';
  expect(problemsOf(parseFlowJson(text, empty))).toEqual([
    "1:77 The number 12345678901234567890 is too precise to store. Send it as a string.",
  ]);
  expect(readValue({ name: "a\0b", flowSteps: [] }).flow).toBeUndefined();
});

test("limits: at most fifty problems are listed, and the others counted", () => {
  const reading = readValue(flowOf(...Array.from({ length: 100 }, () => ({ type: "prompt" }))));
  expect(reading.problems).toHaveLength(50);
  expect(reading.moreProblems).toBe(50);
});

test("a flow can be applied despite an unknown step type and fields that are not editable here", () => {
  const reading = readValue({ id: "flow_1", ...flowOf(buildStep("a", { type: "send-slack-message" })) });
  expect(reading.flow).toBeDefined();
  expect(problemsOf(reading)).toEqual([
    expect.stringMatching(/^\? 2:9 “id” is ignored/),
    expect.stringMatching(/^\? 7:15 Step 1, “A”: unknown type “send-slack-message”/),
  ]);
});

test("a flow can be applied despite problems that it had before, if they are unchanged", () => {
  const before = parseFlowDocument({
    name: "Old",
    flowSteps: [{ type: "prompt" }, { id: "b", type: "prompt", name: "B" }],
  });
  const text = formatFlowAsJson(before);
  expect(parseFlowJson(text, before).flow).toBeDefined();
  expect(parseFlowJson(text.replace('"B"', '"C"'), before).flow).toBeDefined();
  expect(parseFlowJson(text.replace('"prompt"', '"search"'), before).flow).toBeUndefined();
});
