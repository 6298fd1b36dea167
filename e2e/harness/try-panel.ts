import type { Locator, Page } from "@playwright/test";

/** What a person does in the panel that runs the draft; beside the list, or as a sheet over it. */
export class TryPanel {
  readonly page: Page;
  readonly heading: Locator;
  readonly record: Locator;
  readonly search: Locator;
  readonly run: Locator;
  readonly stop: Locator;
  readonly outcome: Locator;
  /** What a model says while it says it. */
  readonly speech: Locator;

  constructor(page: Page) {
    this.page = page;
    this.heading = page.getByRole("heading", { name: "Try it", exact: true });
    this.record = page.getByRole("combobox", { name: "Record", exact: true });
    this.search = page.getByRole("searchbox", { name: "Search records" });
    this.run = page.getByRole("button", { name: "Run once", exact: true });
    this.stop = page.getByRole("button", { name: "Stop", exact: true });
    this.outcome = page.getByRole("region", { name: "Outcome", exact: true });
    this.speech = page.getByRole("group", { name: "What it says" });
  }

  async open(): Promise<void> {
    await this.page.getByRole("button", { name: "Try it", exact: true }).click();
    await this.run.waitFor();
  }

  async close(): Promise<void> {
    await this.page.getByRole("button", { name: "Close Try it", exact: true }).click();
  }

  input(name: string): Locator {
    return this.page.getByRole("textbox", { name, exact: true });
  }

  /** The step in the list of what became of each. */
  step(name: string): Locator {
    return this.outcome.getByRole("button", { name: new RegExp(`^${name}, `) });
  }

  details(name: string): Locator {
    return this.page.getByRole("region", { name: `What ${name} did`, exact: true });
  }
}
