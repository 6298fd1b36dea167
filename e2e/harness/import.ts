import type { Locator, Page } from "@playwright/test";

interface FileToImport {
  readonly name: string;
  readonly content: string | Buffer;
}

export class ImportPageObject {
  readonly page: Page;
  readonly dialog: Locator;
  readonly flows: Locator;
  readonly outcomes: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole("dialog", { name: "Import flows" });
    this.flows = this.dialog.getByRole("list", { name: "Flows to import" }).getByRole("listitem");
    this.outcomes = this.dialog.getByRole("list", { name: "Imported flows" }).getByRole("listitem");
  }

  button(name: string | RegExp): Locator {
    return this.dialog.getByRole("button", { name, exact: typeof name === "string" });
  }

  async open(): Promise<void> {
    await this.page.getByRole("button", { name: "Import", exact: true }).click();
  }

  async choose(...files: readonly FileToImport[]): Promise<void> {
    await this.dialog.getByLabel("Files with flows").setInputFiles(
      files.map(({ name, content }) => ({
        name,
        mimeType: "application/json",
        buffer: Buffer.from(content),
      })),
    );
  }

  choiceOf(name: string): Locator {
    return this.flows.filter({ hasText: name }).getByRole("combobox");
  }

  /** Dispatches a paste or drop event with the text or file on the page, as the browser does for the user's action. */
  async transfer(
    type: "paste" | "drop",
    { text, file }: { text?: string; file?: FileToImport },
  ): Promise<void> {
    await this.page.evaluate(
      ({ kind, plain, name, content }) => {
        const data = new DataTransfer();
        if (plain !== undefined) data.setData("text/plain", plain);
        if (name !== undefined) data.items.add(new File([content ?? ""], name, { type: "application/json" }));
        const focused = document.querySelector("[role=dialog] :focus");
        const target = focused ?? document.querySelector("main") ?? document.body;
        const options = { bubbles: true, cancelable: true };
        if (kind === "paste")
          target.dispatchEvent(new ClipboardEvent("paste", { ...options, clipboardData: data }));
        else target.dispatchEvent(new DragEvent("drop", { ...options, dataTransfer: data }));
      },
      { kind: type, plain: text, name: file?.name, content: file?.content.toString() },
    );
  }
}
