import type { Page } from "@playwright/test";
import { extendTimers } from "./slow-down-page.ts";

/**
 * Extends the eight seconds in which a deletion can be undone to two minutes, for tests that act within them on a
 * machine of any speed. Takes effect with the next page load.
 */
export async function extendUndoPeriod(page: Page): Promise<void> {
  await extendTimers(page, 8_000);
}
