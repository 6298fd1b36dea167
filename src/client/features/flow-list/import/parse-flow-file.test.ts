import { expect, test } from "vitest";
import { MAX_NESTING_LEVEL } from "#core/document/flow-document.ts";
import { parseFlowFile } from "./parse-flow-file.ts";

const step = { id: "a", type: "set-variable", name: "Set", config: { variableName: "x", value: "1" } };
const flow = { name: "Digest", flowSteps: [step] };
const parse = (value: unknown, name = "digest.json") =>
  parseFlowFile(typeof value === "string" ? value : JSON.stringify(value), name);
const reasonsOf = (value: unknown): readonly string[] => {
  const result = parse(value);
  return result.type === "refused" ? result.reasons : [];
};

test("reads a flow from every documented format", () => {
  const expected = { type: "flows", flows: [{ flow, omittedFields: [] }] };
  for (const value of [
    flow,
    [flow],
    { id: "flow_1", name: "Digest", steps: [step] },
    { flow: { name: "Digest", steps: [step] }, record: { id: "r" }, options: {} },
    { versionNumber: 1, flowConfig: flow },
    { data: [{ ...flow, id: "flow_1", createdAt: "2026-01-01T00:00:00Z" }], pagination: {} },
    { flows: [flow] },
  ])
    expect(parse(value)).toEqual(expected);
});

test("keeps unknown keys and key order of steps, and ignores a byte order mark", () => {
  const odd = { zeta: [1, { "": null }], type: "from-the-future", name: "Odd", ["__proto__x"]: 1 };
  const result = parse(`\uFEFF${JSON.stringify({ name: "Odd", flowSteps: [odd] })}`);
  expect(result.type === "flows" && JSON.stringify(result.flows[0]?.flow.flowSteps)).toBe(
    JSON.stringify([odd]),
  );
});

test("names a flow without a name after its file", () => {
  const result = parse({ flowSteps: [step] }, "backup.zip/mail/Dunning run.json");
  expect(result).toMatchObject({ flows: [{ flow: { name: "Dunning run" } }] });
});

test("reports broken JSON and duplicate keys with line and column", () => {
  expect(reasonsOf('{\n  "name": "A",,\n}')[0]).toMatch(/\(line 2, column \d+\)\.$/);
  expect(reasonsOf('{"name": "A",\n "flowSteps": [],\n "name": "B"}')).toEqual([
    "The key “name” occurs twice in one object (line 3, column 2).",
  ]);
  expect(reasonsOf("Dear team, the flow is attached.")[0]).toContain("line 1, column 1");
  expect(reasonsOf(" ")).toEqual(["The file is empty."]);
});

test("refuses a file with one invalid flow, and reports the line and column of each fault", () => {
  const bad = { name: 7, flowSteps: [{ type: "prompt", when: "x".repeat(501) }, { ...step }, { ...step }] };
  const reasons = parseFlowFile(JSON.stringify([flow, bad], null, 1), "two.json");
  expect(reasons).toMatchObject({ type: "refused" });
  expect(reasons.type === "refused" && reasons.reasons).toEqual([
    expect.stringMatching(/^“name” must be text \(line \d+, column \d+\)\.$/),
    expect.stringMatching(/^“name” of a step must be text and not empty \(line \d+, column \d+\)\.$/),
    expect.stringMatching(/^“when” of a step must be text of at most 500 characters \(line/),
    expect.stringMatching(/^Two steps have the id “a” \(line/),
  ]);
});

test("refuses steps, references to stored flows, and JSON without a flow, and says what to do", () => {
  expect(reasonsOf(step)).toEqual(["This is a step. Open a flow and paste the step there."]);
  expect(reasonsOf([step, step])[0]).toMatch(/^This is a list of steps/);
  expect(reasonsOf([step, flow])).toEqual(["This list contains both flows and steps."]);
  expect(reasonsOf([flow, 7])[0]).toMatch(/^Item 2: /);
  expect(reasonsOf({ flow: { id: "flow_1" } })[0]).toContain("stored flow by its id");
  for (const value of [{}, { a: 1 }, "7", "null", '"text"']) expect(reasonsOf(value)).toHaveLength(1);
  expect(reasonsOf([])).toEqual(["The list is empty."]);
});

test("refuses flows over the limits without listing every fault", () => {
  const many = Array.from({ length: 2001 }, (_, index) => ({ ...step, id: `s${index}` }));
  expect(reasonsOf({ name: "Many", flowSteps: many })).toEqual([
    expect.stringMatching(/^The flow has 2,001 steps; at most 2,000 \(line 1/),
  ]);
  const large = { ...step, config: { value: "x".repeat(2_200_000) } };
  expect(reasonsOf({ name: "Large", flowSteps: [large] })[0]).toMatch(
    /^The flow has 2\.1 MiB; at most 2\.0 MiB/,
  );
  const unnamed = Array.from({ length: 30 }, () => ({ type: "prompt" }));
  expect(reasonsOf({ name: "Unnamed", flowSteps: unnamed })).toHaveLength(21);
  let deep: object = step;
  for (let level = 0; level <= MAX_NESTING_LEVEL; level += 1)
    deep = { type: "conditional", name: "If", config: { trueSteps: [deep] } };
  expect(reasonsOf({ name: "Deep", flowSteps: [deep] })).toHaveLength(1);
});

test("checks nested steps, and accepts nested steps without ids", () => {
  const nested = { type: "conditional", name: "If", config: { trueSteps: [{ type: "prompt", name: "" }] } };
  expect(reasonsOf({ name: "A", flowSteps: [nested] })[0]).toContain("“name” of a step");
  const fine = { type: "conditional", name: "If", config: { falseSteps: [{ type: "prompt", name: "P" }] } };
  expect(parse({ name: "A", flowSteps: [fine] }).type).toBe("flows");
});
