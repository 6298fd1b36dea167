import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { launchBrowser, openMeasuredPage } from "./browser.ts";
import type { CoreFunctionDurationsByName } from "./core-page.ts";
import { saveFigures } from "./figures.ts";
import { formatMilliseconds, computeMedian, printAlignedTextTable, computeQuantile } from "./statistics.ts";

const LENGTHS = [10, 100, 1_000, 2_000];
/** Number of steps of the figures in the README. */
const FIGURE_LENGTH = 1_000;
const THROTTLES = [1, 4];

export async function measure(): Promise<void> {
  const code = await bundlePage();
  const browser = await launchBrowser();
  try {
    for (const throttle of THROTTLES) {
      const columns: CoreFunctionDurationsByName[] = [];
      for (const steps of LENGTHS) {
        const { page, close } = await openMeasuredPage(browser, throttle);
        await page.addScriptTag({ content: code });
        columns.push(await page.evaluate(`core.measureCoreFunctions(${steps})`));
        await close();
      }
      const { [LENGTHS.indexOf(FIGURE_LENGTH)]: figures = {} } = columns;
      const median = (name: string) => computeMedian(figures[name] ?? []);
      await saveFigures(
        throttle === 1 ? { "core-merge": median("merge") } : { "core-analysis": median("cold analysis") },
      );
      const names = Object.keys(columns[0] ?? {});
      printAlignedTextTable(`The core in Chromium, processor ${throttle}× (median / p95)`, [
        ["steps", ...LENGTHS.map((steps) => steps.toLocaleString("en"))],
        ...names.map((name) => [name, ...columns.map((times) => formatTimes(times[name] ?? []))]),
      ]);
    }
  } finally {
    await browser.close();
  }
}

const formatTimes = (times: readonly number[]) =>
  `${formatMilliseconds(computeMedian(times))} / ${formatMilliseconds(computeQuantile(times, 0.95))}`;

async function bundlePage(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), "flowline-bench-"));
  try {
    await build({
      configFile: false,
      logLevel: "warn",
      build: {
        outDir,
        emptyOutDir: true,
        target: "es2022",
        lib: {
          entry: fileURLToPath(new URL("core-page.ts", import.meta.url)),
          formats: ["iife"],
          name: "core",
          fileName: () => "core.js",
        },
      },
    });
    return await readFile(join(outDir, "core.js"), "utf8");
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}
