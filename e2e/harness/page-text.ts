import type { Locator, Page } from "@playwright/test";

/** Writes a text to the clipboard. Requires the permission `clipboard-write`. */
export async function writeTextToPageClipboard(page: Page, text: string): Promise<void> {
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
}

export async function pasteTextFromClipboard(page: Page, text: string): Promise<void> {
  await writeTextToPageClipboard(page, text);
  await page.keyboard.press("Control+v");
}

/**
 * Replaces the content of a field by keyboard input: Playwright's `fill` sets the selection by script, which a code
 * editor overwrites once its highlighting has loaded.
 */
export async function replaceFieldTextByKeyboard(page: Page, field: Locator, text: string): Promise<void> {
  await field.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}
