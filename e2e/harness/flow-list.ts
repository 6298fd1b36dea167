import { type Locator, type Page, expect } from "@playwright/test";

export class FlowListPageObject {
  readonly page: Page;
  readonly rows: Locator;
  readonly search: Locator;

  constructor(page: Page) {
    this.page = page;
    this.rows = page.getByRole("list", { name: "Flows" }).getByRole("listitem");
    this.search = page.getByRole("searchbox", { name: "Search flows" });
  }

  async open(query = ""): Promise<void> {
    await this.page.goto(`/flows${query}`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  }

  link(name: string): Locator {
    return this.page.getByRole("link", { name, exact: true });
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.link(name) });
  }

  /** The heading of a sortable column; the sorted one has the order in its name. */
  sortButton(heading: string): Locator {
    return this.page
      .getByRole("group", { name: "Sort by" })
      .getByRole("button", { name: new RegExp(`^${heading}(?:, |$)`) });
  }

  async expectNames(names: readonly string[]): Promise<void> {
    await expect
      .poll(
        () =>
          this.rows.evaluateAll((rows) =>
            rows
              .toSorted(
                (a, b) => Number(a.getAttribute("aria-posinset")) - Number(b.getAttribute("aria-posinset")),
              )
              .map((row) => row.querySelector("a")?.textContent ?? ""),
          ),
        { intervals: [20, 50, 100] },
      )
      .toEqual(names);
  }

  async chooseFromMenu(name: string, entry: string): Promise<void> {
    await this.page.getByRole("button", { name: `Actions for ${name}`, exact: true }).click();
    await this.page.getByRole("menuitem", { name: entry }).click();
  }

  toast(text: string | RegExp): Locator {
    return this.page.getByRole("status", { name: "Notifications" }).getByText(text);
  }
}
