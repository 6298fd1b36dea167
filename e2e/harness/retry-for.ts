import { type Locator, type Page, expect } from "@playwright/test";

/** Presses “Try again” until what is wanted is there. News may have the page read again by itself, and take the button away. */
export async function retryFor(page: Page, wanted: Locator): Promise<void> {
  const button = page.getByRole("button", { name: "Try again" });
  await expect(async () => {
    if (await button.isVisible()) await button.click({ timeout: 1_000 });
    await expect(wanted).toBeVisible({ timeout: 1_000 });
  }).toPass();
}
