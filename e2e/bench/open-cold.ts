import type { Browser } from "@playwright/test";
import { firstSeen, heapMegabytes, openPage, traceTasks, watchFirst } from "./browser.ts";
import { median } from "./statistics.ts";

const ROUNDS = 5;

export interface Opening {
  /** Medians of five, in milliseconds. */
  readonly seen: number;
  readonly longest: number;
  /** Of the last round. */
  readonly mounted: number;
  readonly heap: number;
}

/** Opens an address with nothing cached, until what it is about is there, and on until nothing is loaded any more. */
export async function openCold(
  browser: Browser,
  { address, wanted, throttle }: { address: string; wanted: string; throttle: number },
): Promise<Opening> {
  const times: number[] = [];
  const longest: number[] = [];
  let mounted = 0;
  let heap = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { page, session, close } = await openPage(browser, throttle);
    await watchFirst(page, wanted);
    const tasks = await traceTasks(browser, page, async () => {
      await page.goto(address);
      times.push(await firstSeen(page));
      await page.waitForLoadState("networkidle");
    });
    longest.push(Math.max(...tasks.map(({ duration }) => duration)));
    mounted = await page.locator(wanted).count();
    heap = await heapMegabytes(session);
    await close();
  }
  return { seen: median(times), longest: median(longest), mounted, heap };
}
