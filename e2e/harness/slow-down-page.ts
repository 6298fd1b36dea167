import { setTimeout as pause } from "node:timers/promises";
import { type Locator, type Page, expect } from "@playwright/test";
import { openChromiumSession } from "./chromium-session.ts";

/** A delay in milliseconds that is longer than every debounce of the page. */
const LONGEST_DELAY_MS = 350;

export async function slowDownCpu(page: Page, rate: number): Promise<void> {
  const session = await openChromiumSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
  await session.detach();
}

/**
 * Measures the position of an element, and returns a function that clicks there after a delay. A locator's click would
 * hide race conditions, because it waits until the element no longer moves.
 */
export async function createDelayedClickOnElement(
  target: Locator,
): Promise<(delayMs: number) => Promise<void>> {
  await expect(target).toBeVisible();
  const box = await target.boundingBox();
  if (!box) throw new Error(`${target.toString()} has no box.`);
  const [x, y] = [box.x + Math.min(box.width / 2, 20), box.y + box.height / 2];
  return async (delayMs) => {
    await pause(delayMs);
    await target.page().mouse.click(x, y);
  };
}

/** Delays matching requests, like a slow network, until the returned function is called. */
export async function delayRequestsUntilReleased(page: Page, address: RegExp): Promise<() => void> {
  let release = () => {};
  const isReleased = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(address, async (route) => {
    await isReleased;
    await route.continue();
  });
  return release;
}

/** Waits until every timer that is pending now has fired. */
export async function waitUntilTimersFired(page: Page): Promise<void> {
  await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), LONGEST_DELAY_MS);
}

/** Extends all timers of this many milliseconds to two minutes. Takes effect with the next page load. */
export async function extendTimers(page: Page, length: number): Promise<void> {
  await page.addInitScript((extended) => {
    const { setTimeout: start } = globalThis;
    const startLater = (run: TimerHandler, ms?: number, ...values: unknown[]) =>
      start(run, ms === extended ? 120_000 : ms, ...values);
    Object.assign(globalThis, { setTimeout: startLater });
  }, length);
}
