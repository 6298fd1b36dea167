import type { Browser } from "@playwright/test";
import {
  installFirstPaintRecorder,
  measurePageHeapMegabytes,
  openMeasuredPage,
  waitForRecordedFirstPaintMs,
} from "./browser.ts";
import { computeMedian } from "./statistics.ts";

const ROUNDS = 5;

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
    const { page, session, close } = await openMeasuredPage(browser, throttle);
    await installFirstPaintRecorder(page, wanted);
    await page.goto(address);
    times.push(await waitForRecordedFirstPaintMs(page));
    await page.waitForLoadState("networkidle");
    heap = await measurePageHeapMegabytes(session);
    await close();
  }
  return { seen: computeMedian(times), heap };
}
