import { describe, expect, test } from "vitest";
import { buildDeepFlow } from "#core/arbitrary-flow.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { parseFlow } from "#core/flow-document.ts";
import { formatFlow } from "#core/format-flow.ts";
import type { JsonValue } from "#core/json.ts";
import { readFlowText } from "./read-flow-text.ts";

const empty = parseFlow({ name: "Empty", flowSteps: [] });
const readValue = (value: JsonValue, document = empty) =>
  readFlowText(JSON.stringify(value, null, 2), document);
const flowOf = (...flowSteps: readonly JsonValue[]) => ({ name: "Flow", flowSteps });

/** “line:column message” of every problem, warnings marked. */
const problemsOf = (reading: ReturnType<typeof readFlowText>) =>
  reading.problems.map(
    ({ severity, line, column, message }) =>
      `${severity === "error" ? "" : "? "}${line}:${column} ${message}`,
  );

test("a flow as it is written out has no problem", () => {
  const document = parseFlow(buildFlow("Flow", [buildStep("a"), buildConditional("b", [buildStep("c")])]));
  const reading = readFlowText(formatFlow(document), document);
  expect(reading.problems).toEqual([]);
  expect(reading.flow?.flowSteps).toHaveLength(2);
});

describe("what is no flow says so where it is:", () => {
  test.each([
    ['{\n  "name": "x",\n  flowSteps: []\n}', "3:3 A name in double quotes is expected here."],
    ['{"name": "x", "flowSteps": []} }', "1:32 The JSON ends before this text."],
    ["", "1:1 The JSON ends too early: something is missing."],
    ["[]", "1:1 A flow is an object: { “name”: …, “flowSteps”: [ … ] }."],
    ['{"flowSteps": []}', "1:1 The flow has no “name”."],
    ['{"name": "x"}', "1:1 The flow has no “flowSteps”: the list of its steps."],
    ['{"name": "x", "flowSteps": {}}', "1:28 “flowSteps” is a list of steps."],
    ['{"name": " ", "flowSteps": []}', "1:10 A flow needs a name."],
    ['{"name": 1, "flowSteps": []}', "1:10 The flow's “name” is a text."],
    ['{"name": "x", "description": 1, "flowSteps": []}', "1:30 The flow's “description” is a text or null."],
  ])("%s", (text, problem) => {
    const reading = readFlowText(text, empty);
    expect(reading.flow).toBeUndefined();
    expect(problemsOf(reading)).toEqual([problem]);
  });

  test("a step is named by its place and name, with the reason", () => {
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
        "Step 1: a step needs a “name”.",
        "Step 2, “No type”: This step has no “type”.",
        "Step 3 › else › 1, “Inside”: “enabled” is true or false.",
        "Step 3 › else › 1, “Inside”: a condition may have 500 characters at most.",
        "This is no step: a step is an object with a “type”.",
        "Step 5, “D”: a “config” is an object: { … }.",
      ]),
    );
  });

  test("an id that is there twice is named with both its steps", () => {
    const reading = readValue(flowOf(buildStep("a", { name: "One" }), buildStep("a", { name: "Two" })));
    expect(reading.flow).toBeUndefined();
    expect(reading.problems[0]?.message).toContain(
      "Step 2, “Two”: its id “a” is that of Step 1, “One” already.",
    );
  });
});

describe("limits:", () => {
  test("a name of 500 characters, and not one more", () => {
    expect(readValue({ name: "x".repeat(500), flowSteps: [] }).problems).toEqual([]);
    expect(readValue({ name: "x".repeat(501), flowSteps: [] }).flow).toBeUndefined();
  });

  test("2,000 steps, nested ones included", () => {
    const steps = Array.from({ length: 1999 }, (_, index) => buildStep(`s${index}`));
    expect(readValue(flowOf(...steps, buildStep("last"))).problems).toEqual([]);
    const reading = readValue(flowOf(...steps, buildConditional("last", [buildStep("one-more")])));
    expect(problemsOf(reading)).toEqual([
      "3:16 These are 2,001 steps; a flow may have 2,000 at most, nested ones included.",
    ]);
  });

  test("ten levels of conditionals", () => {
    const deep = (levels: number) => readValue({ name: "Deep", flowSteps: buildDeepFlow(levels).flowSteps });
    expect(deep(10).problems).toEqual([]);
    expect(deep(11).problems[0]?.message).toContain("nested 10 levels deep");
  });

  test("two MiB, in bytes", () => {
    const prompt = (length: number) => flowOf(buildStep("a", { config: { userPrompt: "ü".repeat(length) } }));
    expect(readValue(prompt(1_040_000)).problems).toEqual([]);
    expect(readValue(prompt(1_060_000)).problems[0]?.message).toMatch(/^This flow takes 2\.0\d MiB/);
  });

  test("numbers and texts that could not be kept", () => {
    const text =
      '{"name": "x", "flowSteps": [{"type": "prompt", "name": "A", "config": {"n": 12345678901234567890}}]}';
    expect(problemsOf(readFlowText(text, empty))).toEqual([
      "1:77 The number 12345678901234567890 cannot be kept exactly; send it as a string.",
    ]);
    expect(readValue({ name: "a\0b", flowSteps: [] }).flow).toBeUndefined();
  });

  test("a hundred problems are counted, and the first fifty shown", () => {
    const reading = readValue(flowOf(...Array.from({ length: 100 }, () => ({ type: "prompt" }))));
    expect(reading.problems).toHaveLength(50);
    expect(reading.moreProblems).toBe(50);
  });

  test("nesting without end is said, not walked", () => {
    const text = `{"name": "x", "flowSteps": [${"[".repeat(50_000)}${"]".repeat(50_000)}]}`;
    expect(readFlowText(text, empty).flow).toBeUndefined();
  });
});

describe("what does not keep a flow from being applied:", () => {
  test("a type that is not known, and fields that are not edited here", () => {
    const reading = readValue({ id: "flow_1", ...flowOf(buildStep("a", { type: "send-slack-message" })) });
    expect(reading.flow).toBeDefined();
    expect(problemsOf(reading)).toEqual([
      expect.stringMatching(/^\? 2:9 “id” is not edited here/),
      expect.stringMatching(/^\? 7:15 Step 1, “A”: “send-slack-message” is no step type that is known here/),
    ]);
  });

  test("what was wrong before, as long as it stays as it was", () => {
    const before = parseFlow({
      name: "Old",
      flowSteps: [{ type: "prompt" }, { id: "b", type: "prompt", name: "B" }],
    });
    const text = formatFlow(before);
    expect(readFlowText(text, before).flow).toBeDefined();
    expect(readFlowText(text.replace('"B"', '"C"'), before).flow).toBeDefined();
    expect(readFlowText(text.replace('"prompt"', '"search"'), before).flow).toBeUndefined();
  });
});
