import { describe, expect, test } from "vitest";
import { describeReads } from "./describe-reading.ts";
import { readLiquid } from "./read-liquid.ts";

type Row = readonly [template: string, ...reads: string[]];

const check = (template: string, ...reads: readonly string[]) => {
  const reading = readLiquid(template);
  expect(reading.faults).toEqual([]);
  expect(describeReads(template, reading)).toEqual(reads);
};

describe("names that the template does not make itself are variables", () => {
  test.each<Row>([
    ["Plain text with { braces } and % signs"],
    ["{{ page }}", "page"],
    ["{{page.title}} {{- page -}}", "page.title", "page"],
    ["{{ page.items[0].title }}", "page.items.0.title"],
    ["{{ page['a b'] }} {{ page[\"x\"] }}", "page.a b", "page.x"],
    ["{{ page[score.best].title }}", "page", "score.best"],
    ["{{ ['page'].title }}", "page.title"],
    ["{{ [page].title }}", "page"],
    ["{{ a-b }} {{ größe }} {{ 名前.値 }}", "a-b", "größe", "名前.値"],
    ["{{ __proto__ }} {{ constructor }}", "__proto__", "constructor"],
    ["{{ page | default: score | truncate: 3, 'page' }}", "page", "score"],
    ["{{ page | date: format: score }}", "page", "score"],
    ["{{ 'page' }} {{ \"page\" | append: page }}", "page"],
    ["{{ 'page'.size }} {{ (1..page).last }}", "page"],
    ["{{ true }} {{ nil }} {{ 1 }} {{ 1.5 }} {{ empty }}"],
    ["{% if page == blank and score > 1 or x contains 'page' %}{% endif %}", "page", "score", "x"],
    ["{% if a %}{{ b }}{% elsif c %}{{ d }}{% else %}{{ e }}{% endif %}", "a", "b", "c", "d", "e"],
    ["{% unless page %}{{ page }}{% endunless %}", "page", "page"],
    [
      "{% case page %}{% when 'page', score %}{{ a }}{% else %}{{ b }}{% endcase %}",
      "page",
      "score",
      "a",
      "b",
    ],
    ["{% for i in (1..page.size) %}{{ i }}{% endfor %}", "page.size"],
    [
      "{% for x in page limit: score offset: 1 %}{{ x.page }}{% else %}{{ page }}{% endfor %}",
      "page",
      "score",
      "page",
    ],
    ["{% cycle page, 'b' %}", "page"],
    ["{% render 'card', page: score, x: page %}", "score", "page"],
    ["{% include 'card' with page %}", "page"],
    ["{% echo page | upcase %}", "page"],
    ["{% liquid\n assign x = page\n echo x\n echo score %}", "page", "score"],
    ["{% raw %}{{ page }}{% endraw %}{{ score }}", "score"],
    ["{% comment %}{{ page }}{% endcomment %}{% # page %}"],
    ["{{ secret:KEY }} {{ secrets.key }} {{ secrets }} {{ flow:page.x }}", "secrets", "page.x"],
  ])("%j", check);
});

describe("names that the template makes hide variables", () => {
  test.each<Row>([
    ["{% assign page = score %}{{ page }}", "score"],
    ["{{ page }}{% assign page = page | strip %}{{ page }}", "page", "page"],
    ["{% capture page %}{{ page }}{% endcapture %}{{ page }}", "page"],
    ["{% capture 'page' %}x{% endcapture %}{{ page }}"],
    ["{% for page in pages %}{{ page }}{{ forloop.index }}{% endfor %}{{ page }}", "pages", "page"],
    ["{% for page in page %}{{ page }}{% endfor %}", "page"],
    ["{% for a in b %}{% for c in a.d %}{{ c }}{{ a }}{{ e }}{% endfor %}{{ c }}{% endfor %}", "b", "e", "c"],
    ["{% tablerow page in pages %}{{ page }}{{ tablerowloop.col }}{% endtablerow %}", "pages"],
    ["{% increment page %}{{ page }}"],
    ["{% for page in pages %}{{ page }}{% else %}{{ page }}{% endfor %}", "pages", "page"],
    ["{% liquid assign page = 1 %}{{ page }}"],
    // A branch that may not run: the name may still be the variable's, and the assignment goes with it.
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
  ])("%j", check);

  test("the step's own inputs hide variables", () => {
    const { occurrences } = readLiquid("{{ page }}{{ customer.name }}", new Set(["customer"]));
    expect(occurrences.map(({ name }) => name)).toEqual(["page"]);
  });
});

describe("a template that does not parse is at fault", () => {
  test.each<[template: string, from: number, message: string]>([
    ["Hi {{ page", 3, 'This is not Liquid: output "{{ page" not closed.'],
    ["Hi {{ }}", 6, 'This is not Liquid: invalid value expression: "".'],
    ["Hi {% if page %}", 3, "This is not Liquid: tag {% if page %} not closed."],
    ["Hi {% for page %}{% endfor %}", 3, "This is not Liquid: illegal tag: {% for page %}."],
    ["Hi {% nothing %}", 3, 'This is not Liquid: tag "nothing" not found.'],
    ["{{ a | b c }}", 9, 'This is not Liquid: expected ":" after filter name.'],
    ["{% raw %}{{ page", 9, 'This is not Liquid: raw "{% raw %}{{ page" not closed.'],
  ])("%j at %i", (template, from, message) => {
    expect(readLiquid(template)).toMatchObject({
      occurrences: [],
      faults: [{ code: "bad-template", from, message }],
    });
  });

  test.each([
    ["a long branch", `{% if a %}{% else %}${"{{a}}".repeat(150_000)}{% endif %}`],
    ["many open tags", "{% if a %}".repeat(50_000)],
  ])("and so is one that its parser cannot hold: %s", (_, template) => {
    const message = "This template is too long or nested too deeply to be read.";
    expect(readLiquid(template).faults).toEqual([{ code: "bad-template", from: 0, message }]);
  });

  test("{{secrets:KEY}} is at fault, and what is beside it is read", () => {
    const { occurrences, faults } = readLiquid("{{ page }}{{secrets:KEY}}");
    expect([occurrences.length, faults]).toMatchObject([1, [{ code: "bad-secret", from: 10 }]]);
  });
});

test.each([
  ["outputs", "{{a}}".repeat(200_000), 200_000],
  ["tags", "{% if a %}{% endif %}".repeat(50_000), 50_000],
  ["lines in a liquid tag", `{% liquid ${"echo a\n".repeat(140_000)} %}`, 140_000],
  ["text", "page ".repeat(200_000), 0],
  ["open outputs", "{{ ".repeat(300_000), 0],
  ["a path", `{{ a${".b".repeat(400_000)} }}`, 1],
])("reads a megabyte of %s in one pass", (_, template, count) => {
  expect(readLiquid(template).occurrences.length).toBe(count);
});
