import { expect, test } from "vitest";
import { formatVariableReads } from "#core/testing/describe-reading.ts";
import { findTemplateExpressions, readTemplateReferences } from "./read-templates.ts";

test.each<[text: string, ...reads: string[]]>([
  ["No variables, { braces } and }} ends"],
  ["{{page}}", "page"],
  ["{{ page }}", "page"],
  ["{{\n\tpage\n}}", "page"],
  ["{{page.title}}", "page.title"],
  ["{{page.items[0].title}}", "page.items.0.title"],
  ["{{page.items.0.title}}", "page.items.0.title"],
  ["{{page['the title']}} {{page[\"x\"]}}", "page.the title", "page.x"],
  ["{{ page[ 0 ][1] }}", "page.0.1"],
  ["{{page.items[i].title}}", "page.items"],
  ["{{a}}{{b}}{{a}}", "a", "b", "a"],
  ["{{page}} {{page_2}} {{mypage}} {{page2}} {{pages}}", "page", "page_2", "mypage", "page2", "pages"],
  ["{{a-b.c-d}}", "a-b.c-d"],
  ["{{_record.metadata.Company Name}}", "_record.metadata.Company Name"],
  ["{{Fetch page.title}}", "Fetch page.title"],
  ["{{größe}} {{名前.値}} {{𝒳}}", "größe", "名前.値", "𝒳"],
  ["{{__proto__}} {{constructor.name}} {{toString}}", "__proto__", "constructor.name", "toString"],
  ["{{{page}}} and {{{{page}}}}", "page", "page"],
  ['{"a":{"b":{{page}}}}', "page"],
  ['{"a":{"b":"{{page.x}}"}}', "page.x"],
  ["{{messages}} {{user_message}} {{_now}}", "messages", "user_message", "_now"],
  ["{{flow:page.title}} {{ flow: page }}", "page.title", "page"],
  ["{{secret:API_KEY}} {{ secret:API_KEY }} {{secrets.key}}"],
  ["{{secrets}} {{secretary.name}} {{flows}}", "secrets", "secretary.name", "flows"],
  ['Answer as {{"title": "…"}} or {{ \'x\' }}'],
  ["{{page | upcase}}", "page"],
  ["{{page.}}", "page"],
  ["{{ first {{page}} then {{ page", "page"],
])("finds the variables in %j", (text, ...reads) => {
  expect(formatVariableReads(text, readTemplateReferences(text))).toEqual(reads);
});

test.each<[text: string, code: string, from: number]>([
  ["Dear {{name", "bad-template", 5],
  ["Dear {{", "bad-template", 5],
  ["{{ first {{page}}", "bad-template", 0],
  ["{{}}", "bad-template", 0],
  ["x {{ }}", "bad-template", 2],
  ["{{#if page}}", "bad-template", 0],
  ["{{ page + 1 }}", "bad-template", 0],
  ["{{1}}", "bad-template", 0],
  ["{{page.}}", "bad-template", 0],
  ["{{page[}}", "bad-template", 0],
  ["{{page | default: 'x'}}", "bad-template", 0],
  ["{{env:KEY}}", "bad-template", 0],
  ["Key {{secrets:API_KEY}}", "bad-secret", 4],
  ["Key {{ secrets : API_KEY }}", "bad-secret", 4],
])("in %j, reports the fault %s at offset %i", (text, code, from) => {
  expect(readTemplateReferences(text).faults).toEqual([expect.objectContaining({ code, from })]);
});

test.each([
  ["an unclosed template", "{{name", "Unclosed “{{”. Add “}}” after the variable name."],
  ["a misspelled secret", "{{secrets:KEY}}", "Write secrets as {{secret:KEY}}, not “{{secrets:KEY}}”."],
  ["a template with a filter", "{{a | upcase}}", "Filters work only in template steps: “{{a | upcase}}”."],
  [
    "a long expression",
    `{{a + ${"b".repeat(1000)}}}`,
    `Expected a variable name in {{ }}, such as page or page.title, not “{{a + ${"b".repeat(34)}…”.`,
  ],
])("explains the error in %s", (_, text, message) => {
  expect(readTemplateReferences(text).faults[0]?.message).toBe(message);
});

test("{{flow:name}} is distinguished from {{name}}, because {{flow:name}} is never reported as a problem", () => {
  const forms = readTemplateReferences("{{flow:page}} {{page}}").occurrences.map(({ form }) => form);
  expect(forms).toEqual(["explicit", "template"]);
});

test.each([
  ["unclosed braces", "{{ ".repeat(350_000), 0],
  ["open braces only", "{".repeat(1_000_000), 0],
  ["closed braces only", "}".repeat(1_000_000), 0],
  ["blanks in braces", `{{${" ".repeat(1_000_000)}}}`, 0],
  ["a path", `{{a${".b".repeat(500_000)}}}`, 1],
  ["a path of indexes", `{{a${"[0]".repeat(330_000)}}}`, 1],
  ["blanks in an index", `{{a[${" ".repeat(1_000_000)}}}`, 1],
  ["words in braces", `{{${"a ".repeat(500_000)}+}}`, 0],
  ["templates", "{{a}}".repeat(200_000), 200_000],
])("reads a megabyte of %s in one pass", (_, text, count) => {
  expect(readTemplateReferences(text).occurrences.length).toBe(count);
  expect(findTemplateExpressions(text).at(-1)?.to ?? text.length).toBeLessThanOrEqual(text.length);
});
