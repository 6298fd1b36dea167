import type { $ZodType, output } from "zod/v4/core";
import type { EndpointDefinition } from "#contract/endpoint.ts";
import { type EndpointName, endpoints } from "#contract/endpoints.ts";
import type { CreateFlowBody, Flow, FlowListItem } from "#contract/flow.ts";
import type { JsonObject } from "#core/json/json.ts";

type AnswerOf<E extends EndpointDefinition> = {
  [Status in keyof E["answers"]]: E["answers"][Status] extends $ZodType
    ? output<E["answers"][Status]>
    : undefined;
}[keyof E["answers"]];

export interface ApiCallInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
}

/** A failure that the test build of the server injects into matching requests. */
export interface InjectedServerFault {
  readonly method?: string;
  readonly path: string;
  readonly delayMs?: number;
  /**
   * When to cut the connection: before or after the server handles the request, or in the middle of the response.
   * `open` cuts the connections of matching requests that are in progress when the fault is added.
   */
  readonly cut?: "before" | "after" | "mid" | "open";
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly times?: number;
}

/** Moves the server's clock ahead by this many milliseconds; a negative number moves the clock back. */
export interface ServerClockAdvanceRequest {
  readonly clockMs: number;
}

/**
 * A client of the server's API, typed by the endpoint table. Its methods return the parsed JSON and throw on errors.
 */
export class ApiClient {
  readonly url: string;
  readonly #key: string | undefined;

  constructor(url: string, key?: string) {
    this.url = url;
    this.#key = key;
  }

  async call<Name extends EndpointName>(
    name: Name,
    input: ApiCallInput = {},
  ): Promise<AnswerOf<(typeof endpoints)[Name]>> {
    const response = await this.request(name, input);
    const text = await response.text();
    if (!response.ok) throw new Error(`${name} answered ${response.status}: ${text}`);
    return JSON.parse(text === "" ? "null" : text);
  }

  /** Sends a request and returns the response, even if the status is an error. */
  request(name: EndpointName, { params = {}, query = {}, body, ifMatch }: ApiCallInput): Promise<Response> {
    const { method, path } = endpoints[name];
    const address = path.replaceAll(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ""));
    return fetch(`${this.url}${address}?${new URLSearchParams(query)}`, {
      method,
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(ifMatch !== undefined && { "if-match": ifMatch }),
        ...(this.#key !== undefined && { authorization: `Bearer ${this.#key}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  createFlow(body: CreateFlowBody | JsonObject): Promise<Flow> {
    return this.call("createFlow", { body });
  }

  getFlow(id: string): Promise<Flow> {
    return this.call("getFlow", { params: { id } });
  }

  updateFlow(id: string, body: unknown): Promise<Flow> {
    return this.call("updateFlow", { params: { id }, body });
  }

  async publishFlow(id: string): Promise<void> {
    await this.call("publishFlow", { params: { id } });
  }

  async listFlows(query: Readonly<Record<string, string>> = {}): Promise<readonly FlowListItem[]> {
    const { data } = await this.call("listFlows", { query: { limit: "100", ...query } });
    return data;
  }

  async deleteAllFlows(): Promise<void> {
    for (let flows = await this.listFlows(); flows.length > 0; flows = await this.listFlows()) {
      await Promise.all(flows.map(({ id }) => this.call("deleteFlow", { params: { id } })));
    }
  }

  async addFaults(...faults: readonly (InjectedServerFault | ServerClockAdvanceRequest)[]): Promise<void> {
    const response = await fetch(`${this.url}/local/faults`, {
      method: "POST",
      body: JSON.stringify(faults),
    });
    if (!response.ok) throw new Error(`The fault hook answered ${response.status}.`);
  }

  async clearFaults(): Promise<void> {
    await fetch(`${this.url}/local/faults`, { method: "DELETE" });
  }
}
