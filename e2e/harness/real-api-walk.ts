import { type Page, expect } from "@playwright/test";
import { buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { SaveConflictPageObject } from "./conflict.ts";
import { EditorPageObject } from "./editor.ts";
import { FlowListPageObject } from "./flow-list.ts";
import type { RecordedRequest, RealApiStandIn } from "./real-api/start.ts";
import type { StoredFlow, StoredStep } from "./real-api/state.ts";
import { RunsPageObject } from "./runs.ts";
import { TestRunPanelPageObject } from "./test-run-panel.ts";
import { VersionsPageObject } from "./versions.ts";

/** One user's session in cloud mode, on a stand-in for the real API. */
export class RealApiWalk {
  readonly page: Page;
  readonly url: string;
  readonly realApi: RealApiStandIn;
  readonly editor: EditorPageObject;
  readonly list: FlowListPageObject;
  readonly versions: VersionsPageObject;
  readonly conflict: SaveConflictPageObject;
  readonly testRun: TestRunPanelPageObject;
  readonly runs: RunsPageObject;
  readonly flow: StoredFlow;

  constructor(page: Page, server: { readonly url: string; readonly realApi: RealApiStandIn }) {
    this.page = page;
    this.url = server.url;
    this.realApi = server.realApi;
    this.editor = new EditorPageObject(page);
    this.list = new FlowListPageObject(page);
    this.versions = new VersionsPageObject(page);
    this.conflict = new SaveConflictPageObject(page);
    this.testRun = new TestRunPanelPageObject(page);
    this.runs = new RunsPageObject(page);
    const { state } = this.realApi;
    this.flow = state.addFlow("Digest", STEPS);
    for (let number = 1; number <= 60; number++) state.addFlow(`Flow ${number}`);
    for (let number = 1; number <= 12; number++) state.addRecord("order", `Order ${number}`);
    for (let number = 1; number <= 3; number++) state.addRecord("customer", `Customer ${number}`);
    state.usage.executionLimit = 1000;
  }

  /**
   * Performs a write. Each time that the API refuses it, expects the reason on the page and performs the write again, as
   * a user does when the condition has ended. `isDone` reports success on the page.
   */
  async write(kind: string, perform: () => Promise<void>, isDone: () => Promise<boolean>): Promise<void> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const before = this.#failuresOf(kind).length;
      const readsBefore = this.#failuresOf("GET /v1/flows/:id").length;
      await perform();
      // The page reads the flow before it writes, to compare dates: if the read fails, there is no write.
      const findFailure = () =>
        this.#failuresOf(kind).slice(before).at(-1) ??
        this.#failuresOf("GET /v1/flows/:id").slice(readsBefore).at(-1);
      const isOver = async () => findFailure() !== undefined || (await isDone());
      await expect.poll(isOver, { ...SOON, message: `${kind} has no outcome` }).toBe(true);
      if (findFailure() === undefined) return;
      // A write that the page repeats on its own can succeed before the reason is read.
      const isExplained = async () => {
        const reason = this.page.getByText(REASONS[findFailure()?.status ?? 0] ?? "");
        return (await reason.filter({ visible: true }).count()) > 0 || (await isDone());
      };
      const message = `no reason for ${findFailure()?.status}`;
      await expect.poll(isExplained, { ...SOON, message }).toBe(true);
      const failure = findFailure();
      if (failure?.status === 402)
        await expect(this.page.getByRole("link", { name: "Upgrade" }).first()).toHaveAttribute(
          "href",
          /^https:/,
        );
      if (await isDone()) return;
    }
    throw new Error(`${kind} was refused ${MOST_ATTEMPTS} times.`);
  }

  #failuresOf(kind: string): readonly RecordedRequest[] {
    return this.realApi.requests.filter((request) => request.kind === kind && request.status >= 400);
  }

  async save(): Promise<void> {
    const { saveButton, status } = this.editor;
    // The header follows an edit one frame later.
    await expect(status).not.toHaveText("Saved");
    await this.write(
      "PUT /v1/flows/:id",
      // Repeats the check and the click: the page may retry the save on its own, which disables the button,
      // and for good if the save succeeds.
      () =>
        expect(async () => {
          if ((await saveButton.getAttribute("aria-disabled")) !== "true")
            await saveButton.click({ timeout: 1_000 });
        }).toPass(),
      async () => (await status.textContent()) === "Saved",
    );
  }

  step(id: string): StoredStep {
    const found = this.realApi.state.flows.get(this.flow.id)?.steps.find((step) => step.id === id);
    if (!found) throw new Error(`The API does not hold step ${id}.`);
    return found;
  }

  /** Changes a step as another client of the API. */
  changeStepElsewhere(id: string, change: Readonly<Record<string, unknown>>): void {
    const { flow, realApi } = this;
    flow.steps = flow.steps.map((step) => (step.id === id ? { ...step, ...change } : step));
    flow.updatedAt = realApi.state.now();
  }
}

const MOST_ATTEMPTS = 8;
const SOON = { intervals: [20, 50, 100], timeout: 20_000 };

/** The text that the page shows for each status of a refused write. */
const REASONS: Readonly<Record<number, RegExp>> = {
  402: /The plan's limit is reached/,
  403: /The key may not do this at this hour/,
  409: /Another request changes this resource/,
  429: /Too many requests/,
  502: /(?:Server error|The server failed) \(502\)/,
};

/** Steps with conditions, fields that are not documented, nested steps, and a disabled step. */
const STEPS = [
  buildStep("fetch", { type: "fetch-url", config: { http: { method: "GET", url: "https://a.example" } } }),
  buildStep("clean", { type: "transform-data", config: { script: "return 1;" }, "x-team": { name: "data" } }),
  {
    ...buildConditional("route", [buildStep("queue", { when: "nested" })], [buildStep("approve")]),
    when: "{{clean.kind}} == 'page'",
  },
  buildStep("sum", {
    config: { model: "gpt-4o-mini", userPrompt: "Sum it up.", outputVariable: "sum" },
    when: "{{clean.size}} > 0",
  }),
  buildStep("notify", { type: "send-email", enabled: false, config: { to: "a@example.com" } }),
].map((step, order) => ({ ...step, order }));
