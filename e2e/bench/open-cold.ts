import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "@playwright/test";
import { openMeasuredPage } from "./measured-page.ts";
import { computeMedian } from "./statistics.ts";

const ROUNDS = 5;
/** Until everything that follows an opening has run. */
const QUIET_MS = 2_000;

export interface ColdLoadTimes {
  /** Median milliseconds until the expected element is painted. */
  readonly seen: number;
  /** JavaScript heap of the last round, in megabytes. */
  readonly heap: number;
}

/** Opens a URL with an empty cache, and measures the time until the expected element is painted. */
export async function measureColdPageLoad(
  browser: Browser,
  { address, wanted, throttle }: { address: string; wanted: string; throttle: number },
): Promise<ColdLoadTimes> {
  const times: number[] = [];
  let heap = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await openMeasuredPage(browser, throttle);
    times.push(await page.measureFirstPaint(address, wanted));
    await sleep(QUIET_MS);
    heap = await page.measureHeap();
    await page.close();
  }
  return { seen: computeMedian(times), heap };
}
