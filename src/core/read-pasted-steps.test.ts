import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { buildDeepFlow } from "./arbitrary-flow.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import type { JsonValue } from "./json.ts";
import { readPastedSteps } from "./read-pasted-steps.ts";

const read = (text: string, room = 2000) => readPastedSteps(text, room);
const json = (value: unknown) => JSON.stringify(value, null, 2);
const [a, b] = [buildStep("a"), buildStep("b", { config: { userPrompt: "```\n{{a}}\n```" } })];

const namesIn = (text: string) => {
  const pasted = read(text);
  if (pasted.type === "refused") throw new Error(pasted.reasons[0]?.message);
  return pasted.steps.map((step) => JSON.stringify(step["name"]).replaceAll(`"`, "")).join(" ");
};
const reasonsIn = (text: string, room?: number) => {
  const pasted = read(text, room);
  return pasted.type === "refused" ? pasted.reasons : [];
};

describe("steps are found", () => {
  const bodies: [string, JsonValue | object, string][] = [
    ["a list of steps", [a, b], "A B"],
    ["one step", a, "A"],
    ["a flow", buildFlow("f", [a, b]), "A B"],
    ["a flow of an older API", { name: "f", steps: [a, b] }, "A B"],
    ["a version", { versionNumber: 3, flowConfig: { name: "f", flowSteps: [a] } }, "A"],
    ["a version that says steps", { flowConfig: { steps: [a] } }, "A"],
    ["a dispatch body", { flow: { name: "f", steps: [a, b] }, record: { id: "r" } }, "A B"],
    ["a step with steps of its own", { ...a, steps: [b] }, "A"],
    [
      "a list numbered otherwise than it stands",
      [
        { ...b, order: 2 },
        { ...a, order: 1 },
      ],
      "A B",
    ],
  ];
  test.each(bodies)("in %s, alone, fenced and in prose", (_name, body, names) => {
    const text = json(body);
    expect(namesIn(text)).toBe(names);
    expect(namesIn(`\ufeff\n ${JSON.stringify(body)} \n`)).toBe(names);
    expect(namesIn(`Here you are:\n\n\`\`\`json\n${text}\n\`\`\`\n\nAnything else?`)).toBe(names);
    expect(namesIn(`Sure [1]! The {steps} are ${text} (as you asked).`)).toBe(names);
    expect(namesIn(`${text}\n\nHope that helps!`)).toBe(names);
  });

  it("in the first block of a chat's answer that holds any", () => {
    const answer = ["```sh\nnpm start\n```", '```json\n{"id": 7}\n```', `~~~\n${json([a])}\n~~~`];
    expect(namesIn(answer.join("\n"))).toBe("A");
    expect(namesIn(`The record {"id": 7} becomes ${json(b)}`)).toBe("B");
    expect(namesIn(`I left "falseSteps": [] as it was. Here is the step:\n${json(b)}`)).toBe("B");
  });

  it("one after the other, as copied from the midst of a list", () => {
    expect(namesIn(`${json(a)},\n${json(b)},`)).toBe("A B");
    expect(namesIn(`${json(a)}\n${json(b)}`)).toBe("A B");
    expect(namesIn(`${json([a])}\n${json([b])}`)).toBe("A B");
  });

  it("with a type that nobody knows, without a name, and with every field they came with", () => {
    const step = { type: "summon-demon", config: { circle: 7 }, extra: null };
    expect(read(json(step))).toEqual({ type: "steps", steps: [step] });
  });

  it("ten levels deep, and as many as there is room for", () => {
    expect(read(json(buildDeepFlow())).type).toBe("steps");
    expect(read(json([a, buildConditional("if", [b])]), 3).type).toBe("steps");
  });
});

describe("a text is refused", () => {
  it("with the line and column of a syntax error, wherever the JSON starts", () => {
    expect(reasonsIn('[\n  {"type": "prompt",}\n]')).toEqual([
      { message: "There is a comma too many before }.", line: 2, column: 20 },
    ]);
    expect(reasonsIn("Here:\n```\n{\"type\": 'prompt'}\n```")).toEqual([
      { message: "Texts are in straight double quotes.", line: 3, column: 10 },
    ]);
    expect(reasonsIn('Take [{"type": "a"}\nand go')[0]).toMatchObject({ line: 2, column: 1 });
  });

  it("whole, where the end of a list is missing: no step of it is taken", () => {
    expect(reasonsIn(`[${json(a)}, ${json(b)}`)[0]?.message).toBe(
      "The JSON ends too early: something is missing.",
    );
    expect(reasonsIn(`${json(a)},\n{"type": "b`)).toHaveLength(1);
  });

  it("whole, where one of several after each other is no step", () => {
    expect(reasonsIn('{"type": "prompt"},\n{"name": "x"}')).toEqual([
      { message: "This step has no “type”.", line: 2, column: 1 },
    ]);
  });

  test.each([
    ["", "There is nothing to paste."],
    [" \n ", "There is nothing to paste."],
    [
      "Please summarise this.",
      "This text holds no JSON. Paste steps that were copied from a flow, or JSON of your own.",
    ],
    ["[]", "This list is empty: there are no steps to paste."],
    ['{"flowSteps": []}', "This list is empty: there are no steps to paste."],
    [
      '{"name": "Ada"}',
      "This JSON holds no steps. Paste a step with a “type”, a list of steps, or a flow with “flowSteps” or “steps”.",
    ],
    ["[1]", "This is no step: a step is an object with a “type”."],
    ['[{"type": " "}]', "This step has no “type”."],
    [
      '[{"type": "wait", "config": {"ms": 12345678901234567890}}]',
      "The number 12345678901234567890 cannot be kept exactly; send it as a string.",
    ],
    [
      '[{"type": "a\\u0000"}]',
      "A text holds a NUL character or half of a surrogate pair, which no store can keep.",
    ],
  ])("%j: %s", (text, message) => expect(reasonsIn(text)[0]?.message).toBe(message));

  it("with the place of every step that is none, nested ones too", () => {
    const text = json([a, { name: "x" }, buildConditional("if", [], ["y" as never])]);
    const lineOf = (part: string) => text.slice(0, text.indexOf(part)).split("\n").length;
    expect(reasonsIn(text)).toEqual([
      { message: "This step has no “type”.", line: lineOf('"name": "x"') - 1, column: 3 },
      { message: "This is no step: a step is an object with a “type”.", line: lineOf('"y"'), column: 9 },
    ]);
    const closed = [{ type: "conditional", config: { trueSteps: "later" } }];
    expect(reasonsIn(json(closed))[0]?.message).toBe("“trueSteps” is no list of steps.");
  });

  it("with twenty reasons at most, and how many more there are", () => {
    const reasons = reasonsIn(json(Array.from({ length: 50 }, () => ({}))));
    expect(reasons).toHaveLength(21);
    expect(reasons.at(-1)).toEqual({ message: "and 30 more" });
  });

  it("when the flow has no room for so many steps, nested ones counted", () => {
    const many = json(Array.from({ length: 5000 }, () => a));
    expect(reasonsIn(many, 1990)).toEqual([
      { message: "That is 5,000 steps, and this flow has room for 1,990 more." },
    ]);
    expect(reasonsIn(json([buildConditional("if", [a], [b])]), 2)[0]?.message).toBe(
      "That is 3 steps, and this flow has room for 2 more.",
    );
  });

  it("when steps are nested deeper than a flow may be", () => {
    const message = "Steps can be nested 10 levels deep, and this would be deeper.";
    expect(reasonsIn(json(buildDeepFlow(11)))[0]?.message).toBe(message);
    // As the server sees it, whose word would come only with the save.
    const deepest = [buildConditional("deepest", [])];
    const nested = Array.from({ length: 10 }).reduce<typeof deepest>(
      (steps, _, level) => [buildConditional(`level-${level}`, steps)],
      deepest,
    );
    expect(reasonsIn(json(nested))[0]?.message).toBe(message);
  });
});

it("no text is too strange to be answered", () => {
  const parts = fc.constantFrom(
    "```",
    "~~~\n",
    "\n",
    '{"type":"a"}',
    "[",
    "]",
    "{",
    "}",
    '"',
    ",",
    '{"flowSteps":',
    "[{",
    "\\",
    "text ",
    "1",
    '{"flow":null}',
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.array(parts, { maxLength: 30 }).map((list) => list.join("")),
  );
  fc.assert(
    fc.property(text, (pasted) => {
      const result = read(pasted);
      if (result.type === "steps") {
        expect(result.steps.length).toBeGreaterThan(0);
        expect(result.steps.every((step) => typeof step["type"] === "string")).toBe(true);
      } else {
        expect(result.reasons.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 3000 },
  );
});

// Each would take minutes if the work were not in step with the text; the test's own time limit is the check.
describe("five megabytes of", () => {
  const fill = (part: string) => part.repeat(Math.ceil(5_000_000 / part.length));
  test.each([
    ["prose", fill("Lorem ipsum dolor sit amet. ")],
    ["open brackets", fill("[")],
    ["open objects", fill('{"a":')],
    ["openings that are none", fill('{ "')],
    ["fences", fill("```\n")],
    ["empty objects in prose", `x ${fill("{} ")}`],
    ["steps without types", `[${fill("{},")}{}]`],
    ["numbers", `[${fill("1,")}1]`],
    ["spaces", fill(" ")],
    ["spaces before nothing", `{${fill(" ")}`],
    ["line breaks in prose", `x${fill("\n")}[{`],
    ["one prompt", json([{ type: "prompt", config: { userPrompt: fill('{{name}} "said" ') } }])],
    ["steps", `[${fill('{"type":"prompt","config":{"userPrompt":"Go on."}},')}{"type":"x"}]`],
  ])("%s are answered", (_name, text) => expect(["steps", "refused"]).toContain(read(text).type), 10_000);
});
