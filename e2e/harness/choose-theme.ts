import { type Page, expect } from "@playwright/test";

export async function chooseThemeInMenu(page: Page, theme: "Light" | "Dark" | "System"): Promise<void> {
  await page.getByRole("button", { name: "Theme", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: theme }).click();
  if (theme !== "System")
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme.toLowerCase());
}
