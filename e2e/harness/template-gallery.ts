import type { Locator, Page } from "@playwright/test";

export class TemplateGalleryPageObject {
  readonly page: Page;
  readonly dialog: Locator;
  readonly search: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole("dialog", { name: "New flow" });
    this.search = this.dialog.getByRole("combobox", { name: "Search templates" });
  }

  async open(): Promise<void> {
    await this.page.getByRole("button", { name: "New flow" }).click();
    await this.dialog.getByRole("tab", { name: "Template" }).click();
  }

  option(name: string): Locator {
    return this.dialog.getByRole("option", { name });
  }

  preview(name: string): Locator {
    return this.dialog.getByRole("region", { name: `Preview of ${name}` });
  }

  /** Stores a template with broken JSON, as damage by another program would. */
  async damageStoredTemplate(name: string): Promise<void> {
    await this.page.evaluate(
      (stored) =>
        new Promise<void>((resolve, reject) => {
          const opening = indexedDB.open("flowline-templates");
          opening.addEventListener("error", () => reject(new Error("no database")));
          opening.addEventListener("success", () => {
            const transaction = opening.result.transaction("templates", "readwrite");
            transaction.objectStore("templates").add(stored);
            transaction.addEventListener("complete", () => {
              opening.result.close();
              resolve();
            });
          });
        }),
      { owner: "templates", id: "template_zzz", name, text: '{"name": "half a' },
    );
  }
}
