import { expect, test } from "vitest";
import { formatVariableReads } from "#core/testing/describe-reading.ts";
import { readLiquidReferences } from "./read-liquid.ts";

type Row = readonly [template: string, ...reads: string[]];

const expectReads = (template: string, ...reads: readonly string[]) => {
  const reading = readLiquidReferences(template);
  expect(reading.faults).toEqual([]);
  expect(formatVariableReads(template, reading)).toEqual(reads);
};

test.each<Row>([
  ["{{ page }}", "page"],
  ["{{ page.items[0].title }}", "page.items.0.title"],
  ["{{ page['a b'] }} {{ page[\"x\"] }}", "page.a b", "page.x"],
  ["{{ page[score.best].title }}", "page", "score.best"],
  ["{{ a-b }} {{ größe }} {{ 名前.値 }}", "a-b", "größe", "名前.値"],
  ["{{ __proto__ }} {{ constructor }}", "__proto__", "constructor"],
  ["{{ 'page' }} {{ \"page\" | append: page }}", "page"],
  ["{{ 'page'.size }} {{ (1..page).last }}", "page"],
  ["{% if page == blank and score > 1 or x contains 'page' %}{% endif %}", "page", "score", "x"],
  ["{% if a %}{{ b }}{% elsif c %}{{ d }}{% else %}{{ e }}{% endif %}", "a", "b", "c", "d", "e"],
  ["{% case page %}{% when 'page', score %}{{ a }}{% else %}{{ b }}{% endcase %}", "page", "score", "a", "b"],
  ["{% for i in (1..page.size) %}{{ i }}{% endfor %}", "page.size"],
  [
    "{% for x in page limit: score offset: 1 %}{{ x.page }}{% else %}{{ page }}{% endfor %}",
    "page",
    "score",
    "page",
  ],
  ["{% liquid\n assign x = page\n echo x\n echo score %}", "page", "score"],
  ["{% raw %}{{ page }}{% endraw %}{{ score }}", "score"],
  ["{% comment %}{{ page }}{% endcomment %}{% # page %}"],
  ["{{ secret:KEY }} {{ secrets.key }} {{ secrets }} {{ flow:page.x }}", "secrets", "page.x"],
])("names that the template does not define itself are variables in %j", expectReads);

test.each<Row>([
  ["{% assign page = score %}{{ page }}", "score"],
  ["{{ page }}{% assign page = page | strip %}{{ page }}", "page", "page"],
  ["{% capture page %}{{ page }}{% endcapture %}{{ page }}", "page"],
  ["{% for page in pages %}{{ page }}{{ forloop.index }}{% endfor %}{{ page }}", "pages", "page"],
  ["{% for a in b %}{% for c in a.d %}{{ c }}{{ a }}{{ e }}{% endfor %}{{ c }}{% endfor %}", "b", "e", "c"],
  ["{% tablerow page in pages %}{{ page }}{{ tablerowloop.col }}{% endtablerow %}", "pages"],
  ["{% for page in pages %}{{ page }}{% else %}{{ page }}{% endfor %}", "pages", "page"],
  // The branch that assigns `page` may not run, so `page` can still mean the variable; a rename includes
  // the assignment.
  ["{% if a %}{% assign page = 1 %}{% endif %}{{ page }}", "a", "page (perhaps)", "page (perhaps)"],
  [
    "{% if a %}{% assign page = 1 %}{% else %}{{ page }}{% endif %}{% assign page = 2 %}{{ page }}",
    "a",
    "page (perhaps)",
    "page (perhaps)",
  ],
  [
    "{% for page in a %}{{ page }}{% assign page = 1 %}{% endfor %}{{ page }}",
    "a",
    "page (perhaps)",
    "page (perhaps)",
  ],
  ["{% unless page %}{% assign page = 'x' %}{% endunless %}{{ page }}", "page", "page", "page"],
  [
    "{{ page }}{% if a %}{% assign page = 'x' %}{% endif %}{% assign page = 1 %}{{ page }}",
    "page",
    "a",
    "page",
  ],
])("names that the template defines hide variables in %j", expectReads);

test("names that the template defines hide variables as do the template inputs that the step declares", () => {
  const { occurrences } = readLiquidReferences("{{ page }}{{ customer.name }}", new Set(["customer"]));
  expect(occurrences.map(({ name }) => name)).toEqual(["page"]);
});

test.each<[template: string, from: number, message: string]>([
  ["Hi {{ page", 3, 'Invalid Liquid: output "{{ page" not closed.'],
  ["Hi {% if page %}", 3, "Invalid Liquid: tag {% if page %} not closed."],
  ["Hi {% for page %}{% endfor %}", 3, "Invalid Liquid: illegal tag: {% for page %}."],
  ["{% raw %}{{ page", 9, 'Invalid Liquid: raw "{% raw %}{{ page" not closed.'],
])("an invalid Liquid template is reported %j at offset %i", (template, from, message) => {
  expect(readLiquidReferences(template)).toMatchObject({
    occurrences: [],
    faults: [{ code: "bad-template", from, message }],
  });
});

test.each([
  ["a long branch", `{% if a %}{% else %}${"{{a}}".repeat(150_000)}{% endif %}`],
  ["many open tags", "{% if a %}".repeat(50_000)],
])(
  "an invalid Liquid template is reported also if the template exceeds the parser's limits: %s",
  (_, template) => {
    const message = "Template is too long or nested too deeply.";
    expect(readLiquidReferences(template).faults).toEqual([{ code: "bad-template", from: 0, message }]);
  },
);

test("an invalid Liquid template is reported if it contains the misspelled secret {{secrets:KEY}}, but its other references are read", () => {
  const { occurrences, faults } = readLiquidReferences("{{ page }}{{secrets:KEY}}");
  expect([occurrences.length, faults]).toMatchObject([1, [{ code: "bad-secret", from: 10 }]]);
});
