import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { launchBrowser } from "./browser.ts";
import type { CoreFunctionDurations } from "./core-page.ts";
import { saveFigures } from "./figures.ts";
import { openMeasuredPage } from "./measured-page.ts";
import { computeQuantile, formatMilliseconds, printAlignedTextTable } from "./statistics.ts";

const STEPS = 1_000;
const THROTTLES = [1, 4];

export async function measure(): Promise<void> {
  const code = await bundlePage();
  const browser = await launchBrowser();
  try {
    const rows = [["processor", "analysis from nothing: median", "p95", "merge: median", "p95"]];
    for (const throttle of THROTTLES) {
      const page = await openMeasuredPage(browser, throttle);
      await page.evaluate(`${code}; undefined`);
      const times = await page.evaluate<CoreFunctionDurations>(`core.measureCoreFunctions(${STEPS})`);
      await page.close();
      const figures = [times.analysis, times.merge].flatMap((each) =>
        [0.5, 0.95].map((share) => computeQuantile(each, share)),
      );
      rows.push([`${throttle}×`, ...figures.map(formatMilliseconds)]);
      const [analysis = 0, , merge = 0] = figures;
      await saveFigures(throttle === 1 ? { "core-merge": merge } : { "core-analysis": analysis });
    }
    printAlignedTextTable(`The core in Chromium, ${STEPS.toLocaleString("en")} steps`, rows);
  } finally {
    await browser.close();
  }
}

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
