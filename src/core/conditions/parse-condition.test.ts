import { expect, it } from "vitest";
import { replaceConditionRow, addConditionRow } from "./replace-condition-row.ts";
import { JOIN_OPERATORS, formatConditionRow } from "./format-condition-row.ts";
import { parseCondition } from "./parse-condition.ts";

const text = (value: string) => ({ type: "text", text: value });
const number = (value: string) => ({ type: "number", text: value });

it.each([
  ["score > 3", { field: "score", comparison: "greater", value: number("3") }],
  ["feedback.mood < -0.5", { field: "feedback.mood", comparison: "less", value: number("-0.5") }],
  ['topic == "bug"', { field: "topic", comparison: "is", operator: "==", value: text("bug") }],
  ["topic !== ''", { field: "topic", comparison: "isNot", value: text("") }],
  ["{{text.words}} >= 200", { field: "{{text.words}}", comparison: "atLeast", value: number("200") }],
  ["a <= variables['b c']", { comparison: "atMost", value: { type: "variable", text: "variables['b c']" } }],
  ["tags.includes('x')", { field: "tags", comparison: "contains", value: text("x") }],
  ["!tags?.includes( 'x' )", { field: "tags", comparison: "notContains", operator: "?." }],
  ["name.startsWith('A')", { field: "name", comparison: "startsWith", value: text("A") }],
  ["(name ?? '').length === 0", { field: "name", comparison: "isEmpty" }],
  ["needsReview === true", { field: "needsReview", comparison: "isTrue" }],
  ["x !== false", { comparison: "isNot", value: { type: "false", text: "" } }],
  ["x != null", { field: "x", comparison: "exists" }],
  ["variables.order?.total == null", { field: "order.total", comparison: "notExists" }],
  ["(variables.rows?.[0] ?? '').length !== 0", { field: "rows[0]", comparison: "isNotEmpty" }],
  ["variables['a b']?.c != null", { field: "variables['a b'].c", comparison: "exists" }],
  ["variables.input != null", { field: "variables.input", comparison: "exists" }],
  ["a?.b != null", { field: "a?.b", comparison: "exists" }],
  ["x !== null", { comparison: "isNot", value: { type: "null", text: "" } }],
  ["told.ok", { field: "told.ok", comparison: "truthy" }],
  ["!result.isUp", { field: "result.isUp", comparison: "falsy" }],
  ["score >", { field: "score", comparison: "greater", value: { type: "missing", text: "" } }],
  ["> 3", { field: "", comparison: "greater", value: number("3") }],
])("reads %s as one row", (expression, row) => {
  expect(parseCondition(expression)?.rows).toMatchObject([row]);
});

it.each([
  ["exists", [false, false, true]],
  ["notExists", [true, true, false]],
  ["isEmpty", [true, true, false]],
  ["isNotEmpty", [false, false, true]],
] as const)("%s is answered by a variable or a path that is missing", (comparison, answers) => {
  for (const field of ["order.customer.email", "input.order.customer.email", "order['customer'].email"]) {
    const code = formatConditionRow({ field, comparison });
    // oxlint-disable-next-line typescript/no-implied-eval -- runs the written condition as JavaScript
    const run = new Function("variables", "input", `return ${code}`) as (...all: unknown[]) => unknown;
    const runs = [{}, { order: {} }, { order: { customer: { email: "a@b.c" } } }];
    expect(runs.map((variables) => run(variables, variables))).toEqual(answers);
  }
});

/** Values for the names that the expressions below read. */
const SAMPLES: readonly Readonly<Record<string, unknown>>[] = [
  { a: 1, b: 2, c: 0, x: "", rows: [], text: "abc" },
  { a: 3, b: null, c: true, x: "y", rows: [1], text: "" },
  { a: "1", b: "b", c: false, x: null, rows: ["y", 2], text: "y" },
];

function evaluate(expression: string): readonly unknown[] {
  return SAMPLES.map((variables) => {
    const sample = { ...variables, variables };
    try {
      // oxlint-disable-next-line typescript/no-implied-eval -- runs the expressions of this file as JavaScript
      const run: unknown = new Function(...Object.keys(sample), `return Boolean(${expression}\n)`);
      return typeof run === "function" && (run(...Object.values(sample)) as unknown);
    } catch (error) {
      return String(error).split(":")[0];
    }
  });
}

const AS_ROWS = [
  "(a > 1) && (b == 2)",
  "((a))\n  && !b",
  "a>1||b<2||c",
  "a === b && x != null && rows.length > 0",
  "rows[0] === 'y' || rows?.[1] === 2",
  String.raw`x === 'it\'s "y"\n' || x == "\u0079"`,
  "(x ?? '').length !== 0",
  "!text.includes('a') && text.endsWith(\"c\")",
];

it.each(AS_ROWS)("rows of %s have the meaning of the expression", (expression) => {
  const { rows = [], join = "all" } = parseCondition(expression) ?? {};
  const written = rows.map(formatConditionRow).join(JOIN_OPERATORS[join]);
  expect(evaluate(written)).toEqual(evaluate(expression));
});

it.each([
  "a > 1 && b > 1 || c",
  "a && (b || c)",
  "!(a > 1)",
  "!text.startsWith('a')",
  "3 < a",
  "1 < a < 3",
  "a = 1",
  "a ? b : c",
  "text.trim() !== 'none'",
  "rows.some((row) => row > 1)",
  "a + 1 > 2",
  "a > 1 // big",
  "/* big */ a > 1",
  "return a > 1",
  "a === 010",
  String.raw`a === '\x41'`,
  "true",
  "{{a}}.b > 1",
  "a > 1 &&& b",
  "a === 'x",
  `a === '${"x".repeat(2000)}'`,
])("keeps %s as an expression", (expression) => {
  expect(parseCondition(expression)).toBeUndefined();
});

it("an edit keeps the spelling of what it does not change", () => {
  const before = `( topic=="bug" )&&\n  score > 3 `;
  const condition = parseCondition(before);
  if (!condition) throw new Error("not read as rows");
  const row = {
    field: "topic",
    comparison: "is",
    operator: "==",
    value: { type: "text", text: "it's" },
  } as const;
  expect(replaceConditionRow(before, condition, 0, row)).toBe(`( topic=="it's" )&&\n  score > 3 `);
  expect(replaceConditionRow(before, condition, 0, { ...row, field: "kind" })).toBe(
    `( kind=="it's" )&&\n  score > 3 `,
  );
  expect(replaceConditionRow(before, condition, 1, { field: "score", comparison: "exists" })).toBe(
    `( topic=="bug" )&&\n  variables.score != null `,
  );
  expect(addConditionRow(before, condition, { field: "x", comparison: "truthy" })).toBe(
    `( topic=="bug" )&&\n  score > 3 && x `,
  );
});
