import { pino } from "pino";
import type { JsonObject } from "#core/json.ts";
import { type Config, readConfig } from "#server/config.ts";
import type { EventHub } from "#server/events/event-hub.ts";
import { openEventHub } from "#server/events/open-event-hub.ts";
import { createApp } from "#server/http/create-app.ts";
import { createRunRecords } from "#server/records/run-records.ts";
import type { Runner } from "#server/runner/runner.ts";
import { RunService } from "#server/runs/run-service.ts";
import { EventReader } from "./event-reader.ts";
import type { Store } from "#server/store/store.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body, to be read without ceremony. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

export interface CallOptions {
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: string;
  readonly form?: FormData;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestApp {
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  /** The same for an answer that is read as it comes. */
  request(method: string, path: string, body: unknown): Promise<Response>;
  create(flow: JsonObject): Promise<Reply["json"]>;
  /** Opens the stream of events, and fails where it is refused. */
  listen(options?: Pick<CallOptions, "headers"> & { readonly query?: string }): Promise<EventReader>;
  /** Moves the server's clock. */
  wait(milliseconds: number): void;
  readonly events: EventHub | undefined;
  readonly runs: RunService | undefined;
  /** Ends what runs; only where there is a runner. */
  close(): Promise<void>;
}

interface TestAppOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: Partial<Config>;
  readonly clientDirectory?: string;
  /** Without one, flows do not run. */
  readonly runner?: Runner;
}

/** The whole server without a port, its clock in the test's hands: it moves a millisecond with every look. */
export async function startTestApp(store: Store | undefined, options: TestAppOptions = {}): Promise<TestApp> {
  let time = Date.parse("2026-01-01T00:00:00.000Z");
  const config = { ...readConfig(options.env ?? {}), ...options.config };
  const events = await openEventHub(config, store);
  const logger = pino({ level: "silent" });
  const now = () => (time += 1);
  const runs =
    store && options.runner
      ? new RunService({
          store,
          runner: options.runner,
          records: createRunRecords({ store, now, extras: config.extras }),
          logger,
          now,
          extras: config.extras,
          retentionDays: 30,
        })
      : undefined;
  await runs?.start();
  const app = await createApp({
    config,
    store,
    events,
    runs,
    logger,
    now,
    port: () => 4400,
    clientDirectory: options.clientDirectory,
  });
  const call: TestApp["call"] = async (method, path, { body, text, form, headers = {} } = {}) => {
    const content = form ?? text ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await app.request(`http://localhost:4400${path}`, {
      method,
      headers,
      ...(content !== undefined && { body: content }),
    });
    const answer = await response.text();
    return { status: response.status, headers: response.headers, text: answer, json: parse(answer) };
  };
  return {
    call,
    request: async (method, path, body) =>
      app.request(`http://localhost:4400${path}`, { method, body: JSON.stringify(body) }),
    events,
    runs,
    close: async () => runs?.close(),
    listen: async ({ headers = {}, query = "" } = {}) => {
      const { status, body } = await app.request(`http://localhost:4400/local/events${query}`, { headers });
      if (status !== 200 || !body) throw new Error(`the stream was answered with ${status}`);
      return new EventReader(body);
    },
    create: async (flow) => (await call("POST", "/v1/flows", { body: flow })).json,
    wait: (milliseconds) => {
      time += milliseconds;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
