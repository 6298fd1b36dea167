import { type Locator, type Page, expect } from "@playwright/test";
import type { FlowRecord } from "#contract/record.ts";
import type { JsonObject } from "#core/json/json.ts";
import type { ApiClient } from "./api.ts";

export class RecordsPageObject {
  readonly page: Page;
  readonly list: Locator;
  readonly rows: Locator;
  readonly search: Locator;
  readonly panel: Locator;

  constructor(page: Page) {
    this.page = page;
    this.list = page.getByRole("list", { name: "Records" });
    this.rows = this.list.getByRole("listitem");
    this.search = page.getByRole("searchbox", { name: "Search records" });
    this.panel = page.getByRole("dialog");
  }

  async open(type: string, search = ""): Promise<void> {
    await this.page.goto(`/records/${encodeURIComponent(type)}${search}`);
    await expect(this.page.getByRole("heading", { level: 1, name: type, exact: true })).toBeVisible();
  }

  link(name: string): Locator {
    return this.list.getByRole("link", { name, exact: true });
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole("link", { name, exact: true }) });
  }

  async openRecord(name: string): Promise<void> {
    await this.link(name).click();
    await expect(this.name).toBeVisible();
  }

  get name(): Locator {
    return this.panel.getByRole("textbox", { name: "Name", exact: true });
  }

  get type(): Locator {
    return this.panel.getByRole("combobox", { name: "Type", exact: true });
  }

  get metadata(): Locator {
    return this.panel.getByRole("textbox", { name: "Metadata (JSON)" });
  }

  get saveButton(): Locator {
    return this.panel.getByRole("button", { name: "Save", exact: true });
  }

  async showJson(): Promise<void> {
    await this.panel.getByRole("tab", { name: "JSON" }).click();
  }

  /** Replaces the metadata. Shows them as JSON first. */
  async writeMetadata(text: string): Promise<void> {
    await this.showJson();
    await this.metadata.focus();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.insertText(text);
  }

  async chooseFromMenu(name: string, entry: string): Promise<void> {
    await this.page.getByRole("button", { name: `Actions for ${name}`, exact: true }).click();
    await this.page.getByRole("menuitem", { name: entry }).click();
  }

  async confirmDelete(): Promise<void> {
    await this.page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  }

  toast(text: string | RegExp): Locator {
    return this.page.getByRole("status", { name: "Notifications" }).getByText(text);
  }

  async chooseFile(fileName: string, content: string | Buffer): Promise<void> {
    await this.page.getByRole("button", { name: "Import", exact: true }).click();
    await this.page.getByLabel("File with records").setInputFiles({
      name: fileName,
      mimeType: "application/octet-stream",
      buffer: Buffer.from(content),
    });
  }

  get problems(): Locator {
    return this.panel.getByRole("list").getByRole("listitem");
  }
}

let lastType = 0;

/**
 * Returns a record type that no other test uses, so that tests on the same server do not see each other's records.
 */
export function createUniqueRecordType(): string {
  lastType += 1;
  return `type-${process.pid}-${Date.now()}-${lastType}`;
}

export function createRecord(
  api: ApiClient,
  type: string,
  name: string,
  metadata: JsonObject = {},
): Promise<FlowRecord> {
  return api.call("createRecord", { body: { type, name, metadata } });
}

export async function fetchRecordsOfType(api: ApiClient, type: string): Promise<readonly FlowRecord[]> {
  const { data } = await api.call("listRecords", { query: { type, limit: "100" } });
  return data.toSorted((a, b) => a.name.localeCompare(b.name));
}
