import { type BrowserContext, type Locator, type Page } from "@playwright/test";
import { EditorPageObject } from "./editor.ts";

/** Finds the bar about unsaved edits that were recovered after their page was closed or crashed. */
export function locateRecoveryBar(page: Page): Locator {
  return page.getByRole("region", { name: "Recovered changes" });
}

export async function clickButtonInRecoveryBar(page: Page, name: string): Promise<void> {
  await locateRecoveryBar(page).getByRole("button", { name }).click();
}

export async function openFlowEditorInNewTab(context: BrowserContext, flowId: string) {
  const page = await context.newPage();
  const editor = new EditorPageObject(page);
  await editor.open(flowId);
  return { page, editor };
}
