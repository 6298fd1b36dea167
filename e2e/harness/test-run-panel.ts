import type { Locator, Page } from "@playwright/test";

/** Page object of the “Try it” panel, which is beside the step list, or covers the list on a narrow screen. */
export class TestRunPanelPageObject {
  readonly page: Page;
  readonly heading: Locator;
  readonly record: Locator;
  readonly search: Locator;
  readonly run: Locator;
  readonly stop: Locator;
  readonly outcome: Locator;
  /** The part of a model's response that has been streamed so far. */
  readonly speech: Locator;

  constructor(page: Page) {
    this.page = page;
    this.heading = page.getByRole("heading", { name: "Try it", exact: true });
    this.record = page.getByRole("combobox", { name: "Record", exact: true });
    this.search = page.getByRole("searchbox", { name: "Search records" });
    this.run = page.getByRole("button", { name: "Run once", exact: true });
    this.stop = page.getByRole("button", { name: "Stop", exact: true });
    this.outcome = page.getByRole("region", { name: "Outcome", exact: true });
    this.speech = page.getByRole("group", { name: "Streamed output" });
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

  /** The button in a step's row that shows the step's last result in the inspector. */
  resultButton(name: string): Locator {
    return this.page.getByRole("button", { name: new RegExp(`^Result of ${name}: `) });
  }

  /** A step in the list of results, which only the sheet of a narrow page shows. */
  step(name: string): Locator {
    return this.outcome.getByRole("button", { name: new RegExp(`^${name}, `) });
  }

  details(name: string): Locator {
    return this.page.getByRole("region", { name: `Result of ${name}`, exact: true });
  }
}
