import { type Locator, type Page, expect } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { Api } from "./api.ts";
import { Editor } from "./editor.ts";
import type { RunningServer, ServerOptions } from "./server.ts";
import { startTarget } from "./target.ts";

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

  stepRow(name: string): Locator {
    const button = this.page.getByRole("button", { name: new RegExp(`^${name}, `) });
    return this.waterfall.getByRole("listitem").filter({ has: button });
  }

  /** Opens the dialog by the editor's own button, for the records of a type. */
  async ask(type: string): Promise<void> {
    await this.page.getByRole("button", { name: "Run", exact: true }).click();
    await this.choose(type);
  }

  async choose(type: string): Promise<void> {
    const select = this.dialog.getByRole("combobox", { name: "Records of the type" });
    await expect(select.getByRole("option", { name: new RegExp(`^${type} `) })).toBeAttached();
    await select.selectOption(type);
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

interface RunStage {
  readonly page: Page;
  readonly startOwnServer: (options?: ServerOptions) => Promise<RunningServer>;
}

/** A server of its own with a site that its flows call, a flow that can be run, and the editor with that. */
export async function openRunnable({ page, startOwnServer }: RunStage, failsAt?: number) {
  const target = await startTarget();
  const { url } = await startOwnServer({ env: { ALLOW_PRIVATE_HTTP: target.host } });
  // What is held back would keep the server from ending.
  page.once("close", () => void target.close());
  const api = new Api(url);
  const flow = await api.createFlow(runnableFlow("Digest", target.url, failsAt));
  const editor = new Editor(page);
  const runs = new Runs(page);
  const open = async (path = "") => {
    await page.goto(`${url}/flows/${flow.id}${path}`);
    await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  };
  return { target, api, flow, editor, runs, open, url };
}

/** Reads a page by its record's number, works on it, forks, and fails for every record whose number is a multiple of `failsAt`. */
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
