import { type Locator, type Page, expect } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import type { Api } from "./api.ts";

/** What a person does among the runs of a flow. */
export class Runs {
  readonly page: Page;
  readonly list: Locator;
  readonly records: Locator;
  readonly waterfall: Locator;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.list = page.getByRole("list", { name: "Runs", exact: true });
    this.records = page.getByRole("list", { name: "Records", exact: true });
    this.waterfall = page.getByRole("list", { name: "Steps of this execution" });
    this.dialog = page.getByRole("dialog", { name: /^Run “/ });
  }

  get progress(): Locator {
    return this.page.getByRole("progressbar", { name: "Progress" });
  }

  record(name: string): Locator {
    const button = this.page.getByRole("button", { name, exact: true });
    return this.records.getByRole("listitem").filter({ has: button });
  }

  async openRecord(name: string): Promise<void> {
    await this.records.getByRole("button", { name, exact: true }).click();
    await expect(this.page.getByRole("region", { name: `What the run did with ${name}` })).toBeVisible();
  }

  step(name: string): Locator {
    return this.waterfall.getByRole("button", { name: new RegExp(`^${name}, `) });
  }

  /** Starts a run in the open dialog, and is then on its page. */
  async start(button = "Run"): Promise<void> {
    await this.dialog.getByRole("button", { name: button, exact: true }).click();
    await expect(this.dialog).toHaveCount(0);
    await expect(this.page).toHaveURL(/\/runs\/batch_/);
  }
}

/** Records named `type 1` to `type count`, each with its number. */
export async function createRecords(api: Api, type: string, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const slice = 50;
  for (let start = 0; start < count; start += slice) {
    await Promise.all(
      numbers.slice(start, start + slice).map((number) => {
        const body = { type, name: `${type} ${number}`, metadata: { number } };
        return api.call("createRecord", { body });
      }),
    );
  }
}

export async function deleteRecords(api: Api): Promise<void> {
  for (;;) {
    const { data } = await api.call("listRecords", { query: { limit: "100" } });
    if (data.length === 0) return;
    await api.call("deleteRecords", { body: { ids: data.map(({ id }) => id) } });
  }
}

/** Reads a page by its record's number, works on it, forks, and fails for every record whose number is a multiple of `failsAt`. */
export function runnableFlow(name: string, url: string, failsAt = 3) {
  const variable = (id: string, value: string) =>
    buildStep(id, { type: "set-variable", config: { variableName: id, valueTemplate: value } });
  return buildFlow(name, [
    variable("greeting", "Hello {{_record.name}}, {{nobody}}"),
    buildStep("fetch", {
      type: "fetch-url",
      config: {
        http: { method: "GET", url: `${url}/pages/{{_record.metadata.number}}` },
        outputVariable: "page",
      },
    }),
    buildConditional("route", [variable("praise", "Well done")], [variable("blame", "Not so well")]),
    buildStep("off", { type: "transform-data", enabled: false, config: { script: "return 1" } }),
    buildStep("check", {
      type: "transform-data",
      config: {
        script: `if (_record.metadata.number % ${failsAt} === 0) throw new Error("The number " + _record.metadata.number + " cannot be had"); return { number: _record.metadata.number, page }`,
        outputVariable: "checked",
      },
    }),
    variable("last", "{{checked.number}} is done"),
  ]);
}
