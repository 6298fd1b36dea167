import type { Browser, Page } from "@playwright/test";
import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { runBrowserKillScenario } from "#e2e/chaos/browser-kills.ts";
import { runOfflineScenario, runNetworkFaultScenario } from "#e2e/chaos/network-chaos.ts";
import { runServerKillScenario } from "#e2e/chaos/server-kills.ts";
import { launchBrowser } from "./browser.ts";
import { saveFigures } from "./figures.ts";
import { formatMilliseconds, printAlignedTextTable } from "./statistics.ts";

const FIRST_SEED = Number(process.env["FIRST_SEED"] ?? 1);
/** Overrides the number of seeds of every part. */
const SEEDS = process.env["SEEDS"];
const SELECTED_PARTS = process.env["PARTS"]?.split(",");

/**
 * Maximum age in milliseconds of an edit that may be lost when the browser is killed, counted from the first display of
 * the edit.
 */
const PROMISED_MS = 300;

interface Place {
  readonly browser: Browser;
  readonly api: ApiClient;
}

interface Part {
  readonly name: string;
  readonly what: string;
  readonly seeds: number;
  readonly play: (seed: number, place: Place) => Promise<unknown>;
}

let longestLossMs: number | undefined;

const ALL_PARTS: readonly Part[] = [
  {
    name: "kill",
    what: "the browser is killed",
    seeds: 50,
    play: async (seed, { api }) => {
      const { oldestLost } = await runBrowserKillScenario(seed, api, { mayLoseMs: PROMISED_MS });
      longestLossMs = Math.max(longestLossMs ?? 0, oldestLost);
    },
  },
  {
    name: "network",
    what: "every trouble between page and server",
    seeds: 10,
    play: (seed, place) => onPage(place, (page) => runNetworkFaultScenario(seed, { page, api: place.api })),
  },
  {
    name: "offline",
    what: "twenty edits without a network",
    seeds: 10,
    play: (seed, place) =>
      onPage(place, (page) => {
        const context = page.context();
        const leave = () => context.setOffline(true);
        return runOfflineScenario(
          seed,
          { page, api: place.api },
          { leave, comeBack: () => context.setOffline(false) },
        );
      }),
  },
  {
    name: "server",
    what: "the server is killed",
    seeds: 10,
    play: (seed, place) => onPage(place, (page) => runServerKillScenario(seed, page, { kills: 3 })),
  },
];

/**
 * Runs random edits in real browsers, with failures of the network, the server and the browser. If a guarantee is
 * broken, fails and reports the seed, with which the run can be repeated.
 */
export async function measure(): Promise<void> {
  const unknown = SELECTED_PARTS?.filter((name) => ALL_PARTS.every((part) => part.name !== name)) ?? [];
  if (unknown.length > 0) {
    console.error(
      `There is no part called ${unknown.join(", ")}. There are ${ALL_PARTS.map(({ name }) => name).join(", ")}.`,
    );
    process.exitCode = 2;
    return;
  }
  const server = await startBuiltServer();
  const browser = await launchBrowser();
  try {
    const place = { browser, api: new ApiClient(server.url) };
    const rows: (readonly string[])[] = [["part", "seeds", "failed"]];
    for (const part of ALL_PARTS) {
      if (!SELECTED_PARTS || SELECTED_PARTS.includes(part.name)) rows.push(await runPart(part, place));
    }
    printAlignedTextTable("Chaos: nothing that was edited is lost, and the save state is true", rows);
    if (longestLossMs === undefined) return;
    console.log(`Oldest edit lost when the browser is killed: ${formatMilliseconds(longestLossMs)}`);
    await saveFigures({ "chaos-oldest-lost": longestLossMs });
  } finally {
    await browser.close();
    await server.discard();
  }
}

async function runPart(part: Part, place: Place): Promise<readonly string[]> {
  const seeds = Number(SEEDS ?? part.seeds);
  let failed = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed += 1) {
    try {
      await part.play(seed, place);
    } catch (error) {
      failed += 1;
      console.error(`\n${part.name}: ${error instanceof Error ? error.message : String(error)}`);
      await place.api.clearFaults();
    }
  }
  if (failed > 0) process.exitCode = 1;
  return [part.what, String(seeds), String(failed)];
}

async function onPage({ browser }: Place, play: (page: Page) => Promise<unknown>): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
  });
  try {
    await play(await context.newPage());
  } finally {
    await context.close();
  }
}
