import type { Browser } from "@playwright/test";
import {
  waitForRecordedFirstPaintMs,
  measurePageHeapMegabytes,
  openMeasuredPage,
  traceMainThreadTasksDuring,
  installFirstPaintRecorder,
} from "./browser.ts";
import { computeMedian } from "./statistics.ts";

const ROUNDS = 5;

export interface ColdLoadTimes {
  /**
   * Median milliseconds until the expected element is painted. `longest` is the median duration of the longest task in
   * each round.
   */
  readonly seen: number;
  readonly longest: number;
  /** Number of elements on the page in the last round. `heap` is the JavaScript heap in that round, in megabytes. */
  readonly mounted: number;
  readonly heap: number;
}

/**
 * Opens a URL with an empty cache. Measures the time until the expected element is painted, and records tasks until
 * loading ends.
 */
export async function measureColdPageLoad(
  browser: Browser,
  { address, wanted, throttle }: { address: string; wanted: string; throttle: number },
): Promise<ColdLoadTimes> {
  const times: number[] = [];
  const longest: number[] = [];
  let mounted = 0;
  let heap = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { page, session, close } = await openMeasuredPage(browser, throttle);
    await installFirstPaintRecorder(page, wanted);
    const tasks = await traceMainThreadTasksDuring(browser, page, async () => {
      await page.goto(address);
      times.push(await waitForRecordedFirstPaintMs(page));
      await page.waitForLoadState("networkidle");
    });
    longest.push(Math.max(...tasks.map(({ duration }) => duration)));
    mounted = await page.locator(wanted).count();
    heap = await measurePageHeapMegabytes(session);
    await close();
  }
  return { seen: computeMedian(times), longest: computeMedian(longest), mounted, heap };
}
