import { type Locator, type Page, expect } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "./api.ts";
import { EditorPageObject } from "./editor.ts";
import type { RunningServer, StartServerOptions } from "./server.ts";
import { startFakeHttpRequestTargetSite } from "./target.ts";

export class RunsPageObject {
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
    await expect(this.page.getByRole("region", { name: `Results for ${name}` })).toBeVisible();
  }

  step(name: string): Locator {
    return this.waterfall.getByRole("button", { name: new RegExp(`^${name}, `) });
  }

  stepRow(name: string): Locator {
    const button = this.page.getByRole("button", { name: new RegExp(`^${name}, `) });
    return this.waterfall.getByRole("listitem").filter({ has: button });
  }

  async ask(type: string): Promise<void> {
    await this.page.getByRole("button", { name: "Run on records…", exact: true }).first().click();
    await this.choose(type);
  }

  async choose(type: string): Promise<void> {
    const select = this.dialog.getByRole("combobox", { name: "Record type" });
    await expect(select.getByRole("option", { name: new RegExp(`^${type} `) })).toBeAttached();
    await select.selectOption(type);
  }

  /** Starts the run from the open dialog, and waits for its page, which may replace the page of an earlier run. */
  async start(button = "Run"): Promise<void> {
    const before = this.page.url();
    await this.dialog.getByRole("button", { name: button, exact: true }).click();
    await expect(this.dialog).toHaveCount(0);
    const isAnotherRun = ({ href, pathname }: URL) => href !== before && pathname.includes("/runs/batch_");
    await expect(this.page).toHaveURL(isAnotherRun);
    const id = new URL(this.page.url()).pathname.split("/").at(-1) ?? "";
    await expect(this.page.locator(`[data-batch="${id}"]`)).toBeVisible();
  }
}

export async function createManyRecords(api: ApiClient, type: string, count: number): Promise<void> {
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

interface RunStage {
  readonly page: Page;
  readonly startOwnServer: (options?: StartServerOptions) => Promise<RunningServer>;
}

/** Starts a server and a local site, and creates a flow that requests the site. `open` opens the flow. */
export async function startServerWithRunnableFlow({ page, startOwnServer }: RunStage, failsAt?: number) {
  const target = await startFakeHttpRequestTargetSite();
  const { url } = await startOwnServer({ env: { ALLOW_PRIVATE_HTTP: target.host } });
  // Closes the local site with the page, because responses that the site still delays would keep the server from
  // exiting.
  page.once("close", () => void target.close());
  const api = new ApiClient(url);
  const flow = await api.createFlow(runnableFlow("Digest", target.url, failsAt));
  const editor = new EditorPageObject(page);
  const runs = new RunsPageObject(page);
  const open = async (path = "") => {
    await page.goto(`${url}/flows/${flow.id}${path}`);
    await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  };
  return { target, api, flow, editor, runs, open, url };
}

/**
 * Builds a flow that fetches a page by the record's number, transforms it, branches, and fails for multiples of
 * `failsAt`.
 */
function runnableFlow(name: string, url: string, failsAt = 3) {
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
