import * as fc from "fast-check";
import { expect, it, test } from "vitest";
import { TEST_CASE_COUNT_MULTIPLIER, buildFlowOfNestedConditionals } from "#core/testing/arbitrary-flow.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonValue } from "#core/json/json.ts";
import { parsePastedSteps } from "./parse-pasted-steps.ts";

const read = (text: string, room = 2000) => parsePastedSteps(text, room);
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

const bodies: [string, JsonValue | object, string][] = [
  ["a list of steps", [a, b], "A B"],
  ["one step", a, "A"],
  ["a flow", buildFlow("f", [a, b]), "A B"],
  ["a flow of an older API", { name: "f", steps: [a, b] }, "A B"],
  ["a version", { versionNumber: 3, flowConfig: { name: "f", flowSteps: [a] } }, "A"],
  ["a version with steps", { flowConfig: { steps: [a] } }, "A"],
  ["a dispatch body", { flow: { name: "f", steps: [a, b] }, record: { id: "r" } }, "A B"],
  ["a step with a list of steps", { ...a, steps: [b] }, "A"],
  [
    "a list whose order numbers differ from its order",
    [
      { ...b, order: 2 },
      { ...a, order: 1 },
    ],
    "A B",
  ],
];
test.each(bodies)(
  "pasted text is read as steps from %s, alone, in a code block and in prose",
  (_name, body, names) => {
    const text = json(body);
    expect(namesIn(text)).toBe(names);
    expect(namesIn(`\ufeff\n ${JSON.stringify(body)} \n`)).toBe(names);
    expect(namesIn(`Here you are:\n\n\`\`\`json\n${text}\n\`\`\`\n\nAnything else?`)).toBe(names);
    expect(namesIn(`Sure [1]! The {steps} are ${text} (as you asked).`)).toBe(names);
    expect(namesIn(`${text}\n\nHope that helps!`)).toBe(names);
  },
);

it("pasted text is read as steps in the first code block of a chat response that contains steps", () => {
  const answer = ["```sh\nnpm start\n```", '```json\n{"id": 7}\n```', `~~~\n${json([a])}\n~~~`];
  expect(namesIn(answer.join("\n"))).toBe("A");
  expect(namesIn(`The record {"id": 7} becomes ${json(b)}`)).toBe("B");
  expect(namesIn(`I left "falseSteps": [] as it was. Here is the step:\n${json(b)}`)).toBe("B");
});

it("pasted text is read as steps that follow each other without a list around them", () => {
  expect(namesIn(`${json(a)},\n${json(b)},`)).toBe("A B");
  expect(namesIn(`${json(a)}\n${json(b)}`)).toBe("A B");
  expect(namesIn(`${json([a])}\n${json([b])}`)).toBe("A B");
});

it("pasted text is read as steps with an unknown type, without a name, and with unknown fields", () => {
  const step = { type: "summon-demon", config: { circle: 7 }, extra: null };
  expect(read(json(step))).toEqual({ type: "steps", steps: [step] });
});

it("pasted text is read as steps up to ten levels deep and up to the number of steps that the flow can still hold", () => {
  expect(read(json(buildFlowOfNestedConditionals())).type).toBe("steps");
  expect(read(json([a, buildConditional("if", [b])]), 3).type).toBe("steps");
});

it("pasted text is rejected with the line and column of a syntax error, wherever the JSON starts", () => {
  expect(reasonsIn('[\n  {"type": "prompt",}\n]')).toEqual([
    { message: "Remove the comma before }.", line: 2, column: 20 },
  ]);
  expect(reasonsIn("Here:\n```\n{\"type\": 'prompt'}\n```")).toEqual([
    { message: "Use straight double quotes.", line: 3, column: 10 },
  ]);
  expect(reasonsIn('Take [{"type": "a"}\nand go')[0]).toMatchObject({ line: 2, column: 1 });
});

it("pasted text is rejected completely if the end of a list is missing", () => {
  expect(reasonsIn(`[${json(a)}, ${json(b)}`)[0]?.message).toBe("Unexpected end of JSON.");
  expect(reasonsIn(`${json(a)},\n{"type": "b`)).toHaveLength(1);
});

it("pasted text is rejected completely if one of several values is not a step", () => {
  expect(reasonsIn('{"type": "prompt"},\n{"name": "x"}')).toEqual([
    { message: "“type” is required.", line: 2, column: 1 },
  ]);
});

test.each([
  ["", "Nothing to paste."],
  [" \n ", "Nothing to paste."],
  ["Please summarise this.", "Not JSON. Paste copied steps or JSON."],
  ['{"flowSteps": []}', "Nothing to paste: the list is empty."],
  ['{"name": "Ada"}', "No steps found. Paste a step with a “type”, a list of steps, or a flow."],
  ["[1]", "Not a step: expected an object with a “type”."],
  ['[{"type": " "}]', "“type” is required."],
  [
    '[{"type": "wait", "config": {"ms": 12345678901234567890}}]',
    "The number 12345678901234567890 is too precise to store. Send it as a string.",
  ],
  ['[{"type": "a\\u0000"}]', "A text contains an invalid character (NUL or an unpaired surrogate)."],
])("pasted text is rejected if the text is %j, with the message: %s", (text, message) => {
  expect(reasonsIn(text)[0]?.message).toBe(message);
});

it("pasted text is rejected with the position of every invalid step, including nested ones", () => {
  const text = json([a, { name: "x" }, buildConditional("if", [], ["y" as never])]);
  const lineOf = (part: string) => text.slice(0, text.indexOf(part)).split("\n").length;
  expect(reasonsIn(text)).toEqual([
    { message: "“type” is required.", line: lineOf('"name": "x"') - 1, column: 3 },
    { message: "Not a step: expected an object with a “type”.", line: lineOf('"y"'), column: 9 },
  ]);
  const closed = [{ type: "conditional", config: { trueSteps: "later" } }];
  expect(reasonsIn(json(closed))[0]?.message).toBe("“trueSteps” must be a list of steps.");
});

it("pasted text is rejected with at most twenty reasons and the number of the others", () => {
  const reasons = reasonsIn(json(Array.from({ length: 50 }, () => ({}))));
  expect(reasons).toHaveLength(21);
  expect(reasons.at(-1)).toEqual({ message: "and 30 more" });
});

it("pasted text is rejected if the flow would have too many steps, including nested ones", () => {
  const many = json(Array.from({ length: 5000 }, () => a));
  expect(reasonsIn(many, 1990)).toEqual([
    { message: "Can’t paste 5,000 steps: this flow has room for 1,990 more." },
  ]);
  expect(reasonsIn(json([buildConditional("if", [a], [b])]), 2)[0]?.message).toBe(
    "Can’t paste 3 steps: this flow has room for 2 more.",
  );
});

it("pasted text is rejected if its steps are nested too deep", () => {
  const message = "Steps can be nested up to 10 levels deep.";
  expect(reasonsIn(json(buildFlowOfNestedConditionals(11)))[0]?.message).toBe(message);
  const deepest = [buildConditional("deepest", [])];
  const nested = Array.from({ length: 10 }).reduce<typeof deepest>(
    (steps, _, level) => [buildConditional(`level-${level}`, steps)],
    deepest,
  );
  expect(reasonsIn(json(nested))[0]?.message).toBe(message);
});

it("every text either contains steps or is rejected with a reason", () => {
  const parts = fc.constantFrom(
    ..."``` [ ] { } , [{ 1".split(" "),
    "~~~\n",
    "\n",
    '{"type":"a"}',
    '"',
    '{"flowSteps":',
    "\\",
    "text ",
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
    { numRuns: 3000 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

// The test has no assertion about time: a parser that is slower than linear would exceed the time limit of the test.
const fill = (part: string) => part.repeat(Math.ceil(5_000_000 / part.length));
test.each([
  ["prose", fill("Lorem ipsum dolor sit amet. ")],
  ["open brackets", fill("[")],
  ["code fences", fill("```\n")],
  ["steps without types", `[${fill("{},")}{}]`],
  ["spaces in an unclosed object", `{${fill(" ")}`],
  ["steps", `[${fill('{"type":"prompt","config":{"userPrompt":"Go on."}},')}{"type":"x"}]`],
])(
  "five megabytes of %s are parsed or rejected in time",
  (_name, text) => expect(["steps", "refused"]).toContain(read(text).type),
  60_000,
);
