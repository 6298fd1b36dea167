import { stripVTControlCharacters } from "node:util";
import type { Browser } from "@playwright/test";
import { ApiClient } from "#e2e/harness/api.ts";
import { type HurryTiming, hurryScenarios } from "#e2e/harness/hurry.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { CPU_SLOWDOWN_FACTORS } from "#e2e/harness/slow-down-page.ts";
import { launchBrowser } from "./browser.ts";
import { printAlignedTextTable } from "./statistics.ts";

/** Delays between two actions: shorter and longer than the search debounce (250 ms) and than a save. */
const DELAYS_MS = [0, 50, 100, 150, 200, 250, 400];
/** Runs only the scenarios whose title has this text. */
const SCENARIO = process.env["SCENARIO"] ?? "";
const ROUNDS = Number(process.env["ROUNDS"] ?? 1);
/** Maximum milliseconds of one run, so that the benchmark ends even if a page hangs. */
const PATIENCE_MS = 60_000;

type Scenario = (typeof hurryScenarios)[number];

interface Place {
  readonly browser: Browser;
  readonly api: ApiClient;
  readonly url: string;
}

/**
 * Runs every scenario of a user in a hurry with every delay, on a fast and on a slow processor, and prints how many runs
 * passed and failed.
 */
export async function measure(): Promise<void> {
  const server = await startBuiltServer();
  const browser = await launchBrowser();
  try {
    const place = { browser, api: new ApiClient(server.url), url: server.url };
    const head = ["scenario", "CPU", ...DELAYS_MS.map((delay) => `${delay} ms`), "first error"];
    const rows: (readonly string[])[] = [head];
    for (const scenario of hurryScenarios.filter(({ title }) => title.includes(SCENARIO)))
      for (const slowdown of CPU_SLOWDOWN_FACTORS) rows.push(await sweepDelays(place, scenario, slowdown));
    printAlignedTextTable("In a hurry: runs that passed / failed, by delay", rows);
  } finally {
    await browser.close();
    await server.discard();
  }
}

async function sweepDelays(place: Place, scenario: Scenario, slowdown: number): Promise<readonly string[]> {
  let firstError = "";
  const cells: string[] = [];
  for (const delayMs of DELAYS_MS) {
    let failed = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const error = await runOnce(place, scenario, { delayMs, slowdown });
      if (error === undefined) continue;
      failed += 1;
      firstError ||= `${delayMs} ms: ${error}`;
    }
    cells.push(`${ROUNDS - failed} / ${failed}`);
  }
  if (firstError) process.exitCode = 1;
  return [scenario.title, `${slowdown}×`, ...cells, firstError];
}

/** Runs the scenario on a new page; returns the first lines of its error, if any. */
async function runOnce(
  { browser, api, url }: Place,
  { run }: Scenario,
  timing: HurryTiming,
): Promise<string | undefined> {
  await api.clearFaults();
  await api.deleteAllFlows();
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
  });
  // Closing the page ends whatever the scenario waits for.
  const patience = setTimeout(() => void context.close(), PATIENCE_MS);
  try {
    const page = await context.newPage();
    await run({ page, api }, timing);
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return stripVTControlCharacters(text).split("\n", 4).join(" ").slice(0, 160);
  } finally {
    clearTimeout(patience);
    await context.close();
  }
}
