import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

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
      "element.showPopover();",
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
    ];
    expect(await findReportedLines(lines)).toEqual([1, 5, 6, 8, 10, 12]);
    const guarded = ["if (typeof requestIdleCallback === 'function') requestIdleCallback(run);"];
    expect(await findReportedLines(guarded)).toEqual([]);
  },
);
