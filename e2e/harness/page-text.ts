import type { Locator, Page } from "@playwright/test";

/** Needs the permission `clipboard-write`. */
export async function fillClipboard(page: Page, text: string): Promise<void> {
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
}

/** Pastes a text to wherever the focus is. */
export async function pasteText(page: Page, text: string): Promise<void> {
  await fillClipboard(page, text);
  await page.keyboard.press("Control+v");
}

/**
 * Types over everything that a field holds, in one go. A code editor that is still loading its colours puts the selection
 * back that Playwright's `fill` makes behind its back; one that is made by keys is its own.
 */
export async function replaceText(page: Page, field: Locator, text: string): Promise<void> {
  await field.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}
