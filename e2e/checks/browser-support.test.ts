import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { findUnsupportedSelectors } from "./browser-support.mjs";

/** Runs the rule on lines of code and returns the numbers of the lines that it reports. */
async function findReportedLines(lines: readonly string[]): Promise<readonly number[]> {
  const directory = await mkdtemp(join(tmpdir(), "flowline-lint-"));
  const config = {
    jsPlugins: [join(import.meta.dirname, "browser-support.mjs")],
    categories: { correctness: "off" },
    rules: { "browsers/supported": "error" },
  };
  await writeFile(join(directory, "config.json"), JSON.stringify(config));
  await writeFile(join(directory, "code.ts"), lines.join("\n"));
  const oxlint = join(process.cwd(), "node_modules/.bin/oxlint");
  const { stdout } = await promisify(execFile)(oxlint, ["-c", "config.json", "--format", "unix", "code.ts"], {
    cwd: directory,
  }).catch((error: { stdout: string }) => error);
  await rm(directory, { recursive: true, force: true });
  return [...stdout.matchAll(/code\.ts:(\d+):/g)].map(([, line]) => Number(line));
}

test(
  "APIs that a supported browser lacks are reported, unless they are guarded",
  { timeout: 60_000 },
  async () => {
    const lines = [
      "element.checkVisibility();",
      "element.togglePopover?.();",
      "AbortSignal.any([]);",
      "AbortSignal.timeout(5);",
      "Promise.withResolvers();",
      "Object.groupBy([], String);",
      "[].toSorted();",
      "navigator.getBattery();",
      "navigator.clipboard.writeText('');",
      "new CloseWatcher();",
      "new AbortController();",
      "requestIdleCallback(run);",
      "Array.fromAsync?.([]);",
      "own.run();",
      "element.closest('[data-a=\":open\"], div:has(a)');",
      "document.querySelector('details:open');",
    ];
    expect(await findReportedLines(lines)).toEqual([1, 5, 6, 8, 10, 12, 16]);
    const guarded = ["if (typeof requestIdleCallback === 'function') requestIdleCallback(run);"];
    expect(await findReportedLines(guarded)).toEqual([]);
  },
);

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
