import { type Page, expect } from "@playwright/test";
import type { ApiClient } from "#e2e/harness/api.ts";
import { serializeStepRows } from "./flow-rows.ts";
import { explainWrongSaveStatus } from "./check-status.ts";
import { type PageSnapshot, startRecordingPageSnapshots, takeRecordedPageSnapshots } from "./page-view.ts";
import type { ChaosScenarioEventLog } from "./chaos-log.ts";
import { ServerTrafficRecorder } from "./traffic.ts";

interface InvariantCheckerOptions {
  readonly page: Page;
  readonly api: ApiClient;
  readonly flowId: string;
  readonly log: ChaosScenarioEventLog;
}

/** Compares every save state that a page shows, even for a moment, with the documents on the page and on the server. */
export class SaveStatusInvariantChecker {
  readonly traffic: ServerTrafficRecorder;
  readonly statuses = new Set<string>();
  readonly #options: InvariantCheckerOptions;
  #last: PageSnapshot | undefined;
  #said = "";
  #count = 0;

  private constructor(options: InvariantCheckerOptions) {
    this.#options = options;
    this.traffic = new ServerTrafficRecorder(options.page, options.flowId);
  }

  /** Starts recording; call this before the page is opened. */
  static async of(options: InvariantCheckerOptions): Promise<SaveStatusInvariantChecker> {
    await startRecordingPageSnapshots(options.page);
    return new SaveStatusInvariantChecker(options);
  }

  get status(): string | undefined {
    return this.#last?.status;
  }

  /** Checks all states that the page has shown since the last call. */
  async look(): Promise<readonly PageSnapshot[]> {
    const views = await takeRecordedPageSnapshots(this.#options.page);
    const fresh = views.filter(({ at }) => at !== this.#last?.at);
    this.#last = views.at(-1) ?? this.#last;
    await this.traffic.flush();
    const { count, received } = this.traffic;
    // Checks the state “unsaved” only if no request or response occurred since the last call of `look`: otherwise it
    // is unknown whether the page showed the state before or after the response.
    const isQuiet = count === this.#count;
    this.#count = count;
    for (const { status, rows } of fresh) {
      if (status === undefined || rows.length === 0) continue;
      this.#noteStatus(status);
      const shown = serializeStepRows(rows);
      if (status === "Saved" && !(await this.#isHeld(shown)))
        throw new Error(`The page showed “Saved” over ${shown}, which the server never held.`);
      const isUnsaved = /^(?:\d+ unsaved|Offline|Signed out|Could not save|Not confirmed)/.test(status);
      // Accepts “unsaved” after a save without a response (`isOpen`), because the server may hold a different document
      // than the page.
      if (isUnsaved && isQuiet && shown === received && !this.traffic.isOpen)
        throw new Error(`The page showed “${status}” over ${shown}, which it had received from the server.`);
    }
    return fresh;
  }

  /** Waits until the save state is correct while the page is idle. Returns the save state. */
  async check(): Promise<string> {
    let status = "";
    const contradiction = async () => {
      await this.look();
      const before = this.#last;
      const { count } = this.traffic;
      const newest = await this.#readNewest();
      await this.look();
      await this.traffic.flush();
      const now = this.#last;
      if (!now?.status || now.at !== before?.at || count !== this.traffic.count)
        return "the page is not idle";
      const { traffic } = this;
      const reason = explainWrongSaveStatus(now.status, {
        shown: serializeStepRows(now.rows),
        newest,
        received: traffic.received,
        writes: traffic.underWay("PUT"),
        requests: traffic.underWay(),
        lastWrite: traffic.lastWrite,
        isOpen: traffic.isOpen,
      });
      status = now.status;
      return reason && `“${now.status}” over ${serializeStepRows(now.rows)}, but ${reason}`;
    };
    await expect.poll(contradiction, { timeout: 15_000, intervals: [20, 50, 100, 250] }).toBeUndefined();
    return status;
  }

  async expectHeld(shown: string): Promise<void> {
    expect(await this.#readNewest(), "the server's document").toBe(shown);
  }

  async #isHeld(shown: string): Promise<boolean> {
    return this.traffic.held.has(shown) || (await this.#readNewest()) === shown;
  }

  async #readNewest(): Promise<string | undefined> {
    const { api, flowId } = this.#options;
    const flow = await api.getFlow(flowId).catch(() => undefined);
    return flow && this.traffic.note(flow);
  }

  #noteStatus(status: string): void {
    if (status !== this.#said) this.#options.log.note(`the page says “${status}”`);
    this.#said = status;
    this.statuses.add(status.replace(/^\d+ unsaved changes?/, "unsaved changes"));
  }
}
