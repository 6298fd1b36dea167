import { type Locator, type Page, expect } from "@playwright/test";
import type { FlowVersionListItem } from "#contract/flow-version.ts";
import type { JsonObject } from "#core/json/json.ts";
import type { ApiClient } from "./api.ts";

export class VersionsPageObject {
  readonly page: Page;
  readonly list: Locator;

  constructor(page: Page) {
    this.page = page;
    this.list = page.getByRole("list", { name: "Versions" });
  }

  async open(flowId: string, search = ""): Promise<void> {
    await this.page.goto(`/flows/${flowId}/versions${search}`);
    await expect(this.list).toBeVisible();
  }

  row(number: number): Locator {
    const link = this.page.getByRole("link", { name: `Version ${number}`, exact: true });
    return this.list.getByRole("listitem").filter({ has: link });
  }

  link(number: number): Locator {
    return this.list.getByRole("link", { name: `Version ${number}`, exact: true });
  }

  heading(number: number): Locator {
    return this.page.getByRole("heading", { level: 2, name: `Version ${number}`, exact: true });
  }

  async openVersion(number: number): Promise<void> {
    await this.link(number).click();
    await expect(this.heading(number)).toBeVisible();
  }

  async chooseFromMenu(number: number, entry: string): Promise<void> {
    await this.page.getByRole("button", { name: `Actions for Version ${number}`, exact: true }).click();
    await this.page.getByRole("menuitem", { name: entry }).click();
    await expect(this.page.getByRole("menu")).toHaveCount(0);
  }

  async restore(): Promise<readonly string[]> {
    const dialog = this.page.getByRole("dialog", { name: /^Restore version/ });
    const changes = dialog.getByRole("list", { name: "Changes in the editor" });
    await expect(changes).toBeVisible();
    const lines = await changes.getByRole("listitem").allInnerTexts();
    await dialog.getByRole("button", { name: "Restore", exact: true }).click();
    await expect(dialog).toHaveCount(0);
    return lines.map((line) => line.trim());
  }

  get differences(): Locator {
    return this.page.getByRole("list", { name: "Differences" }).getByRole("listitem");
  }
}

/** Saves and publishes the `states` of a flow one after another. Returns the published versions, oldest first. */
export async function saveAndPublishFlowVersions(
  api: ApiClient,
  flowId: string,
  states: readonly {
    readonly steps: readonly JsonObject[];
    readonly label?: string;
    readonly notes?: string;
  }[],
): Promise<readonly FlowVersionListItem[]> {
  for (const { steps, ...body } of states) {
    const flowSteps = steps.map((step, order) => ({ ...step, order }));
    await api.updateFlow(flowId, { flowSteps });
    await api.call("publishFlow", { params: { id: flowId }, body });
  }
  const { versions } = await api.call("listVersions", { params: { flowId } });
  return versions.toReversed();
}
