import { type Locator, type Page, expect } from "@playwright/test";

/**
 * Presses “Retry” until the locator is visible. A change event may make the page retry on its own, which removes the
 * button.
 */
export async function pressRetryButtonUntilVisible(page: Page, wanted: Locator): Promise<void> {
  const button = page.getByRole("button", { name: "Retry" });
  await expect(async () => {
    if (await button.isVisible()) await button.click({ timeout: 1_000 });
    await expect(wanted).toBeVisible({ timeout: 1_000 });
  }).toPass();
}
