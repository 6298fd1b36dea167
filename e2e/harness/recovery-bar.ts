import { type BrowserContext, type Locator, type Page } from "@playwright/test";
import { Editor } from "./editor.ts";

/** What says that unsaved work was left behind. */
export function barOf(page: Page): Locator {
  return page.getByRole("region", { name: "Recovered changes" });
}

export async function press(page: Page, name: string): Promise<void> {
  await barOf(page).getByRole("button", { name }).click();
}

/** Opens the flow in another tab of the same browser. */
export async function openTab(context: BrowserContext, flowId: string) {
  const page = await context.newPage();
  const editor = new Editor(page);
  await editor.open(flowId);
  return { page, editor };
}
