import { describe, expect, test } from "vitest";
import { formatVariableReads } from "#core/testing/describe-reading.ts";
import { readScriptReferences } from "./read-script.ts";

type Row = readonly [code: string, ...reads: string[]];

const expectReads = (code: string, ...reads: readonly string[]) => {
  const reading = readScriptReferences(code);
  expect(reading.faults).toEqual([]);
  expect(formatVariableReads(code, reading)).toEqual(reads);
};

test.each<Row>([
  ["page > 1 && score.value === 2", "page", "score.value"],
  ["return page.items[0].title", "page.items.0.title"],
  ["return page?.items?.[0]?.title", "page.items.0.title"],
  ["return page['a b'].c", "page.a b.c"],
  ["return page.items.map((item) => item.title)", "page.items"],
  ["return (page?.a).b", "page.a.b"],
  ["return `${page.title} page`", "page.title"],
  ["return 'page' + \"page\" + /page/.source"],
  ["return { page: 1, 'page': 2, [page]: 3 }", "page"],
  ["return { page }", "page"],
  ["await page; return await Promise.all([score])", "page", "score"],
  ["page: for (;;) { break page; }"],
  ["/* page */ return 1 // {{page}}"],
  ["return größe + 名前 + $x + _y", "größe", "名前", "$x", "_y"],
  ["return __proto__ + constructor + toString", "__proto__", "constructor", "toString"],
  ["return JSON.stringify(Math.max(1, NaN)), console.log(undefined), fetch"],
  ["page = clean(page)", "page", "clean", "page"],
  ["{ a: page, b: score }", "page", "score"],
  ["function F() { return new.target === page }", "page"],
])("free names are variables in %j", expectReads);

test.each<Row>([
  ["return page; var page"],
  ["if (x) { var page = 1 } return page", "x"],
  ["if (x) { let page = 1 } return page", "x", "page"],
  ["{ const page = 1; page } return page", "page"],
  ["let page = score, [a, { b: [c = page], ...d }] = rest; return a + b + c + d", "score", "rest", "b"],
  ["const { page } = score; return page", "score"],
  ["const { x: page = score } = y; return page", "score", "y"],
  ["function page() { return page } return page"],
  ["return items.map((page) => page.x)", "items"],
  ["return items.map(({ page, ...rest }, [i]) => page + rest + i)", "items"],
  ["return items.map((x, y = page) => x + y)", "items", "page"],
  ["function f(a = page) { var page = 1; return a + page } return f()", "page"],
  ["return items.map(function (x) { return arguments[0] + x })", "items"],
  ["try { page } catch (page) { page }", "page"],
  ["for (const page of pages) { page }", "pages"],
  ["for (let i = 0; i < n; i++) { i } return i", "n", "i"],
  ["switch (page) { case 1: let page = 2; page }", "page"],
  [
    "class page { x = score; #p = 1; m(page) { return page + this.#p } static { var s = page } } return page",
    "score",
  ],
  ["return class extends page { [score]() {} get page() { return 1 } }", "page", "score"],
  ["const page = () => inner; { const inner = 1 }", "inner"],
  ["const score = page; { const page = score; }", "page"],
])("local names hide variables in %j", expectReads);

describe("a script also reads variables as properties of `input` and `variables`", () => {
  test.each<Row>([
    ["return input.page", "page"],
    ["return input.page.title", "page.title"],
    ["return variables.page?.items[0]", "page.items.0"],
    ['return input["page"]', "page"],
    ["return input?.page + input?.['score']", "page", "score"],
    ["return input[page]", "page"],
    ["return input[0] + input"],
    ["return Object.keys(variables)"],
    ["return input.hasOwnProperty('page')"],
    ["return { input, variables }"],
    [
      "const { page, title: t = score, 'a-b': x, ...rest } = input || {}; return t",
      "page",
      "title",
      "score",
      "a-b",
    ],
    ["const { page: { title } } = variables ?? {}; return title", "page"],
    ["const { [page]: x } = input; return x", "page"],
    ["({ page } = input)", "page"],
    ["const input = { page: 1 }; return input.page"],
    ["return items.map((input) => input.page + variables.page)", "items", "page"],
    ["function f(variables) { const { page } = variables; return page }"],
    ["input.page = 1", "page"],
    ["input.__proto__ + variables.constructor", "__proto__", "constructor"],
  ])("in %j", expectReads);
});

test.each<Row>([
  ["{{ page }} == 'y'", "page"],
  ['{{_record.metadata.x}} == "y"', "_record.metadata.x"],
  ['"{{page.title}}" === "x"', "page.title"],
  ["{{a-b}} > 1 && page", "a-b", "page"],
  ["{{page}}.length > {{score}}[0]", "page", "score"],
  ["{{secret:KEY}} === {{secrets.key}}"],
  ["/* {{page}} */ {{score}}", "score"],
  ["if (x) {{ page }} else {{ score }}", "x", "page", "score"],
  ["if (x) {{ const page = 1; score(page) }}", "x", "score"],
  ["const f = () => ({ a: { b: {} }}); return f(page)", "page"],
  ["return '{{ not closed' + page", "page"],
])("templates in code are read as variables in %j", expectReads);

test("templates in code that misspell a secret as {{secrets:KEY}} are reported in a string but not in a comment", () => {
  expect(readScriptReferences("'{{secrets:A}}' // {{secrets:B}}").faults).toMatchObject([
    { code: "bad-secret", from: 1 },
  ]);
});

const findFaults = (code: string) => readScriptReferences(code, undefined, { isCondition: true }).faults;

test.each<[code: string, from: number]>([
  ["status = 'done'", 7],
  ["ready && (status = 'done')", 17],
  ["{{page}} && (a = 1)", 15],
])("an assignment in a condition is reported at its operator in %j", (code, from) => {
  expect(findFaults(code)).toEqual([
    { code: "condition-assigns", message: "“=” assigns a value. Use “===” to compare.", from },
  ]);
});

test.each([
  "status === 'done'",
  "a == 1 && b >= 2",
  "const a = 1; return a",
  "list.some((a) => (a.ok = true))",
  "(() => { a = 1; return a })()",
  "count += 1",
])("an assignment in a condition is not reported in %j", (code) => {
  expect(findFaults(code)).toEqual([]);
});

test.each<[code: string, from: number, message: string]>([
  ["return page +", 13, "Incomplete JavaScript: the end is missing."],
  ["const a = 1; const a = 2", 19, "Invalid JavaScript: identifier 'a' has already been declared."],
  ["'never closed", 0, "Invalid JavaScript: unterminated string constant."],
  [
    "import x from 'y'",
    0,
    "Invalid JavaScript: 'import' and 'export' may appear only with 'sourceType: module'.",
  ],
  ["page{{page}}", 5, "Invalid JavaScript: unexpected token."],
  ["x ={{ page }} y", 14, "Invalid JavaScript: unexpected token."],
  ["const a: string = page", 7, "Invalid JavaScript: unexpected token."],
  ["{ a: 1, b: 2 } x", 9, "Invalid JavaScript: unexpected token."],
])("code that does not parse is reported %j at offset %i", (code, from, message) => {
  expect(readScriptReferences(code)).toMatchObject({
    occurrences: [],
    faults: [{ code: "bad-code", from, message }],
  });
});
