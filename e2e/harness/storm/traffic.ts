import type { Page, Request, Response } from "@playwright/test";
import type { Flow } from "#contract/flow.ts";
import { parseFlow } from "#core/flow-document.ts";
import { spellDocument } from "./flow-rows.ts";

/** What went between a page and the server about one flow. */
export class Traffic {
  /** Every version that the server is known to have held, spelled. */
  readonly held = new Set<string>();
  /** Counts whatever is sent or comes back: what is looked at while it stays the same belongs together. */
  count = 0;
  /** The version that the page was last given, spelled. */
  received: string | undefined;
  revision = 0;
  /** How the last write ended: its status, or “none” where no whole answer came. */
  lastWrite: number | "none" | undefined;
  /** A write may have been done though no answer said so, and nothing that came since tells. */
  isOpen = false;
  readonly #path: string;
  readonly #underWay = new Set<Request>();
  #reading: Promise<unknown> = Promise.resolve();

  constructor(page: Page, flowId: string) {
    this.#path = `/v1/flows/${flowId}`;
    page.on("request", (request) => {
      if (this.#isOurs(request)) this.#begin(request);
    });
    page.on("response", (response) => {
      if (this.#isOurs(response.request())) this.#answer(response);
    });
    page.on("requestfinished", (request) => this.#end(request));
    page.on("requestfailed", (request) => {
      if (this.#end(request) && request.method() === "PUT") this.#endWrite("none");
    });
  }

  /** Writes, or all requests, that have no answer yet. */
  underWay(method?: "PUT"): number {
    return [...this.#underWay].filter((request) => method === undefined || request.method() === method)
      .length;
  }

  /** Resolves when all answers so far are read. */
  async settle(): Promise<void> {
    for (let before: unknown; before !== this.#reading;) {
      before = this.#reading;
      await this.#reading;
    }
  }

  note(flow: Flow): string {
    const text = spellFlow(flow);
    this.held.add(text);
    return text;
  }

  #isOurs(request: Request): boolean {
    return new URL(request.url()).pathname === this.#path;
  }

  #begin(request: Request): void {
    this.count += 1;
    this.#underWay.add(request);
  }

  #end(request: Request): boolean {
    const isOurs = this.#underWay.delete(request);
    if (isOurs) this.count += 1;
    return isOurs;
  }

  #answer(response: Response): void {
    this.count += 1;
    if (response.request().method() === "PUT") this.#endWrite(response.status());
    if (!response.ok()) return;
    // An answer that was cut, or whose page is gone, is none.
    const flow = response.json().catch(() => undefined) as Promise<Flow | undefined>;
    this.#reading = Promise.all([this.#reading, flow.then((read) => read && this.#receive(read))]);
  }

  #endWrite(ending: number | "none"): void {
    this.lastWrite = ending;
    if (ending === "none" || ending >= 500) this.isOpen = true;
    else if (ending < 300) this.isOpen = false;
  }

  #receive(flow: Flow): void {
    this.count += 1;
    const text = this.note(flow);
    if (text !== this.received) this.isOpen = false;
    this.received = text;
    this.revision = Math.max(this.revision, flow.revision ?? 0);
  }
}

function spellFlow(flow: Flow): string {
  return spellDocument(parseFlow(flow));
}
