import type { Page } from "@playwright/test";

/** The button of the menu that shows who is signed in. An open dialog hides it from assistive technology. */
export const accountButton = (page: Page) =>
  page.getByRole("button", { name: /^Signed in/, includeHidden: true });

export async function signOut(page: Page): Promise<void> {
  await accountButton(page).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
}
