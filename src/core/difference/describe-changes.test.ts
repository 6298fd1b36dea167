import { expect, it, test } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { describeDocumentChanges } from "./describe-changes.ts";
import { findDocumentChanges } from "./find-changes.ts";

const a = buildStep("a");
const b = buildStep("b");
const c = buildStep("c");
const d = buildStep("d");

interface Sides {
  readonly name?: string;
  readonly description?: string;
}

const flow = (steps: readonly JsonObject[], sides: Sides = {}) =>
  parseFlowDocument({ description: "", ...buildFlow("Digest", steps), ...sides });

const linesBetween = (before: ReturnType<typeof flow>, after: ReturnType<typeof flow>) =>
  describeDocumentChanges(before, after, findDocumentChanges(before, after), (_, path) =>
    path.slice(1).join(" · "),
  );

const sentences = (before: readonly JsonObject[], after: readonly JsonObject[], from?: Sides, to?: Sides) =>
  linesBetween(flow(before, from), flow(after, to)).map(({ sentence }) => sentence);

const field = (before: unknown, after: unknown) => {
  const step = (value: unknown) =>
    buildStep("a", value === undefined ? {} : { config: { field: value as JsonValue } });
  return linesBetween(flow([step(before)]), flow([step(after)]));
};

test.each([
  ["Added “B” after “A”", [a], [a, b]],
  ["Added “A” in “else” of “If”", [buildConditional("if", [])], [buildConditional("if", [], [a])]],
  ["Added “If” with 2 steps inside at the start", [], [buildConditional("if", [a], [b])]],
  ["Removed “B”", [a, b], [a]],
  ["Removed “If” with 1 step inside", [buildConditional("if", [a])], []],
  ["Moved “C” up 2", [a, b, c], [c, a, b]],
  ["Moved “A” down 2", [a, b, c], [b, c, a]],
  ["Moved “C” and 1 more step up 2", [a, b, c, d].concat(buildStep("e")), [c, d, a, b, buildStep("e")]],
  ["Moved “A” to “then” of “If”", [a, buildConditional("if", [])], [buildConditional("if", [a])]],
  ["Renamed “A” to “Fetch”", [a], [buildStep("a", { name: "Fetch" })]],
  ["Disabled “A”", [a], [buildStep("a", { enabled: false })]],
  ["Changed the type of “A” from “prompt” to “template”", [a], [buildStep("a", { type: "template" })]],
] as const)("changed steps are described as %s", (sentence, before, after) => {
  expect(sentences(before, after)).toEqual([sentence]);
});

it("changed steps that move by different distances are described one by one", () => {
  expect(sentences([a, b, c, d], [d, a, c, b])).toEqual(["Moved “D” up 2", "Moved “C” up 1"]);
});

it("changed steps that were removed are listed last, without their nested steps", () => {
  const inside = buildConditional("if", [a, b]);
  expect(sentences([inside, c], [d, buildStep("c", { name: "Last" })])).toEqual([
    "Added “D” at the start",
    "Renamed “C” to “Last”",
    "Removed “If” with 2 steps inside",
  ]);
});

test.each([
  ["Renamed the flow to “Brief”", { name: "Digest" }, { name: "Brief" }],
  ["Added the flow description", { description: "" }, { description: "What it does" }],
  ["Changed the flow description", { description: "Old" }, { description: "New" }],
  ["Removed the flow description", { description: "Old" }, { description: "" }],
])("a change of the flow itself is described as %s", (sentence, before, after) => {
  expect(sentences([a], [a], before, after)).toEqual([sentence]);
});

test.each([
  ["Changed field of “A” from “x” to “y”", "x", "y"],
  ["Changed field of “A” from 0.2 to 0.7", 0.2, 0.7],
  ["Changed field of “A” from off to on", false, true],
  ["Changed field of “A” from “1” to 1", "1", 1],
  ["Set field of “A” to “x”", undefined, "x"],
  ["Set field of “A” to “x”", "", "x"],
  ["Removed field of “A” (was “x”)", "x", undefined],
  ["Cleared field of “A” (was “x”)", "x", ""],
  ["Changed field of “A”", "", null],
])("a changed field is described as %s", (sentence, before, after) => {
  const [line, ...others] = field(before, after);
  expect(others).toEqual([]);
  expect(line).toMatchObject({ type: "edited", key: "a", sentence });
  expect(line?.texts).toBeUndefined();
});

const long = "Summarise the page in one sentence for somebody in a hurry.";

test.each([
  ["Changed field of “A”", "x", long, { before: "x", after: long }],
  ["Changed field of “A”", "x\ny", "x\nz", { before: "x\ny", after: "x\nz" }],
  ["Set field of “A”", undefined, long, { before: undefined, after: long }],
  ["Removed field of “A”", long, undefined, { before: long, after: undefined }],
  ["Cleared field of “A”", long, "", { before: long, after: undefined }],
  [
    "Changed field of “A”",
    ["one", "two"],
    ["one", "two", "three", "four", "five", "six", "seven"],
    {
      before: JSON.stringify(["one", "two"], undefined, 2),
      after: JSON.stringify(["one", "two", "three", "four", "five", "six", "seven"], undefined, 2),
    },
  ],
])(
  "a changed field with a long value is described by a sentence and both values: %s",
  (sentence, before, after, texts) => {
    expect(field(before, after)).toEqual([{ type: "edited", key: "a", sentence, texts }]);
  },
);

it("a changed field inside an object is described by its path", () => {
  expect(field({ one: 1, two: 2 }, { one: 1, two: 3 }).map(({ sentence }) => sentence)).toEqual([
    "Changed field · two of “A” from 2 to 3",
  ]);
});

const setter = (name: string) => buildStep("a", { config: { outputVariable: name } });
const reader = (id: string, text: string) => buildStep(id, { config: { userPrompt: text } });

it("a renamed variable is one line with the number of renamed references", () => {
  expect(sentences([setter("page")], [setter("site")])).toEqual(["Renamed variable “page” of “A” to “site”"]);
  expect(
    sentences(
      [setter("page"), reader("b", "Sum up {{page}}.")],
      [setter("site"), reader("b", "Sum up {{site}}.")],
    ),
  ).toEqual(["Renamed variable “page” of “A” to “site” and updated 1 reference"]);
  expect(
    sentences(
      [setter("page"), reader("b", "{{page}}"), reader("c", "{{page.title}} {{pages}}")],
      [setter("site"), reader("b", "{{site}}"), reader("c", "{{site.title}} {{pages}}")],
    ),
  ).toEqual(["Renamed variable “page” of “A” to “site” and updated 2 references"]);
});

it("a renamed variable does not hide other changes of the same fields", () => {
  expect(
    sentences(
      [setter("page"), reader("b", "Sum up {{page}}.")],
      [setter("site"), reader("b", "Sum up {{site}} now.")],
    ),
  ).toEqual([
    "Renamed variable “page” of “A” to “site”",
    "Changed userPrompt of “B” from “Sum up {{page}}.” to “Sum up {{site}} now.”",
  ]);
});

it("unusual names in a description are treated as literal text, not as patterns", () => {
  const hostile = ["$&$1", "<b>", "__proto__", "constructor", "(.*)+"];
  for (const name of hostile)
    expect(
      sentences(
        [buildStep("a", { config: { outputVariable: "x" } }), buildStep("b", { config: { p: "{{x}}" } })],
        [
          buildStep("a", { config: { outputVariable: name } }),
          buildStep("b", { config: { p: `{{${name}}}` } }),
        ],
      ),
    ).toEqual([`Renamed variable “x” of “A” to “${name}” and updated 1 reference`]);
});
