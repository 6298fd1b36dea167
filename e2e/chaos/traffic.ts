import type { Page, Request, Response } from "@playwright/test";
import type { Flow } from "#contract/flow.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { serializeStepRowsOfDocument } from "./flow-rows.ts";

export class ServerTrafficRecorder {
  /** Every document that the server is known to have held, serialized. */
  readonly held = new Set<string>();
  /**
   * Number of requests and responses so far. An unchanged number means that nothing was sent or received in between.
   */
  count = 0;
  received: string | undefined;
  revision = 0;
  /** HTTP status of the last write; “none” if its response was missing or incomplete. */
  lastWrite: number | "none" | undefined;
  /**
   * Whether the response to a write was lost, so that the server may or may not have applied the write. Reset by a
   * later response, which shows the server's document.
   */
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

  /** Returns the number of requests in flight, optionally of writes only. */
  underWay(method?: "PUT"): number {
    return [...this.#underWay].filter((request) => method === undefined || request.method() === method)
      .length;
  }

  async flush(): Promise<void> {
    for (let before: unknown; before !== this.#reading;) {
      before = this.#reading;
      await this.#reading;
    }
  }

  note(flow: Flow): string {
    const text = serializeFlow(flow);
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
    // Treats a response with an incomplete body as no response: the connection was cut, or the page was closed.
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

function serializeFlow(flow: Flow): string {
  return serializeStepRowsOfDocument(parseFlowDocument(flow));
}
