import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { findUnsupportedSelectors } from "./browser-support.mjs";

test("the style sheet uses only selectors that every supported browser knows", async () => {
  const styles = await readFile("src/client/app/styles.css", "utf8");
  const selectors = styles.replaceAll(/\/\*[^]*?\*\//g, "").split(/[{};]/);
  expect(selectors.some((selector) => selector.includes(":has("))).toBe(true);
  expect(selectors.flatMap(findUnsupportedSelectors)).toEqual([]);
});

test("the page for other browsers names the oldest versions that are supported", async () => {
  const { browserslist } = JSON.parse(await readFile("package.json", "utf8")) as {
    readonly browserslist: readonly string[];
  };
  const page = await readFile("index.html", "utf8");
  const named = page.match(/Supported: [^<]+/)?.[0].toLowerCase() ?? "";
  for (const query of browserslist.filter((entry) => !entry.startsWith("safari_ios")))
    expect(named).toContain(query.replace(" >=", ""));
});
