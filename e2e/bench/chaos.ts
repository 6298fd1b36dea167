import type { Browser } from "@playwright/test";
import { Api } from "#e2e/harness/api.ts";
import { startServer } from "#e2e/harness/server.ts";
import { playBrowserKill } from "#e2e/harness/storm/browser-kills.ts";
import { playBackAfterSaving, playOffline, playTroubles } from "#e2e/harness/storm/network-storms.ts";
import { playServerKills } from "#e2e/harness/storm/server-kills.ts";
import { playSeveralWriters } from "#e2e/harness/storm/several-writers.ts";
import { launchBrowser } from "./browser.ts";
import { formatMs, printTable } from "./statistics.ts";

const FIRST_SEED = Number(process.env["FIRST_SEED"] ?? 1);
/** Of every part, instead of its own number. */
const SEEDS = process.env["SEEDS"];
/** Names of parts, separated by commas; all of them without. */
const PARTS = process.env["PARTS"]?.split(",");

/** What a browser that is killed may cost: edits that have stood on the page for no longer than this, in milliseconds. */
const PROMISED_MS = 300;

interface Place {
  readonly browser: Browser;
  readonly api: Api;
}

/** What is counted of a round; figures of the same name are added up, but for times, of which the longest counts. */
type Figures = Readonly<Record<string, number>>;

interface Part {
  readonly name: string;
  readonly what: string;
  readonly seeds: number;
  readonly play: (seed: number, place: Place) => Promise<Figures>;
}

const PARTS_THERE: readonly Part[] = [
  {
    name: "kill",
    what: "the browser is killed",
    seeds: 50,
    play: async (seed, { api }) => {
      const { edits, recovered, oldestLost } = await playBrowserKill(seed, api, { mayLoseMs: PROMISED_MS });
      return { edits, recovered, "oldest lost, ms": oldestLost };
    },
  },
  {
    name: "writers",
    what: "three people with two tabs each",
    seeds: 50,
    play: async (seed, { browser, api }) => {
      const { deeds, texts, clashes } = await playSeveralWriters(seed, { browser, api, deeds: 60 });
      return { deeds, texts, clashes };
    },
  },
  {
    name: "network",
    what: "every trouble between page and server",
    seeds: 10,
    play: (seed, place) => onPage(place, (page) => playTroubles(seed, { page, api: place.api })),
  },
  {
    name: "offline",
    what: "twenty edits without a network",
    seeds: 10,
    play: (seed, place) =>
      onPage(place, (page) => {
        const context = page.context();
        const leave = () => context.setOffline(true);
        return playOffline(
          seed,
          { page, api: place.api },
          { leave, comeBack: () => context.setOffline(false) },
        );
      }),
  },
  {
    name: "back",
    what: "back and forward after saving",
    seeds: 10,
    play: (seed, place) => onPage(place, (page) => playBackAfterSaving(seed, { page, api: place.api })),
  },
  {
    name: "server",
    what: "the server is killed",
    seeds: 10,
    play: (seed, place) => onPage(place, (page) => playServerKills(seed, page, { kills: 3 })),
  },
];

/** Storms of edits in real browsers while all goes wrong that can. Fails where a promise was broken, and says the seed. */
export async function measure(): Promise<void> {
  const unknown = PARTS?.filter((name) => PARTS_THERE.every((part) => part.name !== name)) ?? [];
  if (unknown.length > 0) {
    console.error(
      `There is no part called ${unknown.join(", ")}. There are ${PARTS_THERE.map(({ name }) => name).join(", ")}.`,
    );
    process.exitCode = 2;
    return;
  }
  const server = await startServer();
  const browser = await launchBrowser();
  try {
    const place = { browser, api: new Api(server.url) };
    const rows: (readonly string[])[] = [["part", "seeds", "failed", "figures"]];
    for (const part of PARTS_THERE) {
      if (!PARTS || PARTS.includes(part.name)) rows.push(await playPart(part, place));
    }
    printTable("Chaos: nothing that was edited is lost, and the save state is true", rows);
  } finally {
    await browser.close();
    await server.discard();
  }
}

async function playPart(part: Part, place: Place): Promise<readonly string[]> {
  const seeds = Number(SEEDS ?? part.seeds);
  const sums = new Map<string, number>();
  let failed = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed += 1) {
    try {
      for (const [name, figure] of Object.entries(await part.play(seed, place))) {
        const before = sums.get(name) ?? 0;
        sums.set(name, name.endsWith(", ms") ? Math.max(before, figure) : before + figure);
      }
    } catch (error) {
      failed += 1;
      console.error(`\n${part.name}: ${error instanceof Error ? error.message : String(error)}`);
      // Whatever it left behind is not the next one's.
      await place.api.clearFaults();
    }
  }
  if (failed > 0) process.exitCode = 1;
  const figures = [...sums].map(([name, sum]) =>
    name.endsWith(", ms") ? `${name.slice(0, -4)} ${formatMs(sum)}` : `${name} ${sum}`,
  );
  return [part.what, String(seeds), String(failed), figures.join(" · ")];
}

/** In a browser of its own, with nothing from before. */
async function onPage(
  { browser }: Place,
  play: (page: Awaited<ReturnType<Browser["newPage"]>>) => Promise<object>,
): Promise<Figures> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
  });
  try {
    const outcome = await play(await context.newPage());
    return Object.fromEntries(
      Object.entries(outcome).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
    );
  } finally {
    await context.close();
  }
}
