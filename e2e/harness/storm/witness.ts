import { type Page, expect } from "@playwright/test";
import type { Api } from "#e2e/harness/api.ts";
import { spellRows } from "./flow-rows.ts";
import { findLie } from "./judge-status.ts";
import { type PageView, recordViews, takeViews } from "./page-view.ts";
import type { StormLog } from "./storm-log.ts";
import { Traffic } from "./traffic.ts";

interface WitnessOptions {
  readonly page: Page;
  readonly api: Api;
  readonly flowId: string;
  readonly log: StormLog;
}

/** Holds what a page says of saving to what is so: of all that it showed, however briefly, and of where it rests. */
export class Witness {
  readonly traffic: Traffic;
  readonly statuses = new Set<string>();
  readonly #options: WitnessOptions;
  #last: PageView | undefined;
  #said = "";
  #count = 0;

  private constructor(options: WitnessOptions) {
    this.#options = options;
    this.traffic = new Traffic(options.page, options.flowId);
  }

  /** Before the page is opened. */
  static async of(options: WitnessOptions): Promise<Witness> {
    await recordViews(options.page);
    return new Witness(options);
  }

  /** What was seen last. */
  get view(): PageView | undefined {
    return this.#last;
  }

  /** The save state as it was seen last. */
  get status(): string | undefined {
    return this.#last?.status;
  }

  /** What the page has shown since the last look. Nothing of it may have been untrue. */
  async look(): Promise<readonly PageView[]> {
    const views = await takeViews(this.#options.page);
    const fresh = views.filter(({ at }) => at !== this.#last?.at);
    this.#last = views.at(-1) ?? this.#last;
    await this.traffic.settle();
    const { count, received } = this.traffic;
    // Between two looks with an answer in between nobody knows what the page knew when.
    const isQuiet = count === this.#count;
    this.#count = count;
    for (const { status, rows } of fresh) {
      if (status === undefined || rows.length === 0) continue;
      this.#noteStatus(status);
      const shown = spellRows(rows);
      if (status === "Saved" && !(await this.#isHeld(shown)))
        throw new Error(`The page said “Saved” over ${shown}, which the server never held.`);
      const isUnsaved = /^(?:\d+ unsaved|Offline|Signed out|Could not save)/.test(status);
      // What was undone after a save that got no answer may be there all the same.
      if (isUnsaved && isQuiet && shown === received && !this.traffic.isOpen)
        throw new Error(`The page said “${status}” over ${shown}, just what it knew the server to hold.`);
    }
    return fresh;
  }

  /** Where the page stands now: its words come to be true, and stay so while all is at rest. */
  async check(): Promise<string> {
    let status = "";
    const contradiction = async () => {
      await this.look();
      const before = this.#last;
      const { count } = this.traffic;
      const newest = await this.#readNewest();
      await this.look();
      await this.traffic.settle();
      const now = this.#last;
      if (!now?.status || now.at !== before?.at || count !== this.traffic.count) return "it is not at rest";
      const { traffic } = this;
      const lie = findLie(now.status, {
        shown: spellRows(now.rows),
        newest,
        received: traffic.received,
        writes: traffic.underWay("PUT"),
        requests: traffic.underWay(),
        lastWrite: traffic.lastWrite,
        isOpen: traffic.isOpen,
      });
      status = now.status;
      return lie && `“${now.status}” over ${spellRows(now.rows)}, but ${lie}`;
    };
    await expect.poll(contradiction, { timeout: 15_000, intervals: [20, 50, 100, 250] }).toBeUndefined();
    return status;
  }

  /** The server holds just this. */
  async expectHeld(shown: string): Promise<void> {
    expect(await this.#readNewest(), "what the server holds").toBe(shown);
  }

  async #isHeld(shown: string): Promise<boolean> {
    return this.traffic.held.has(shown) || (await this.#readNewest()) === shown;
  }

  /** Undefined where the server does not answer. */
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
