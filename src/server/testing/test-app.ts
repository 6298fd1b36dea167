import { pino } from "pino";
import type { JsonObject } from "#core/json/json.ts";
import { createAlertTools } from "#server/alerts/create-alert-tools.ts";
import { AccountStore, type AccountStoreOptions } from "#server/cloud/account-store.ts";
import { type ServerConfig, readServerConfig } from "#server/config/config.ts";
import type { EventHub } from "#server/events/event-hub.ts";
import { openEventHub } from "#server/events/open-event-hub.ts";
import type { HonoApp } from "#server/http/http-app-dependencies.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";
import type { BodyMemoryBudget } from "#server/http/body-budget.ts";
import { createHttpApp } from "#server/app/create-http-app.ts";
import { createRecordStoreForRuns } from "#server/records/run-records.ts";
import { RunMemoryBudget } from "#server/runner/run-memory.ts";
import type { FlowRunner } from "#server/runner/runner.ts";
import { RunService } from "#server/runs/run-service.ts";
import { Scheduler } from "#server/schedules/scheduler.ts";
import { ServerSentEventReader } from "./event-reader.ts";
import { StartupError } from "#server/domain/startup-error.ts";
import type { Store } from "#server/store/store.ts";
import type { QueueMonitor } from "#server/telemetry/queue-monitor.ts";
import { ServerMetrics } from "#server/telemetry/server-metrics.ts";

export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body, as `any` to keep assertions short. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

export interface TestRequestOptions {
  readonly body?: unknown;
  readonly text?: string;
  readonly form?: FormData;
  /** A request body that is sent in chunks, without `Content-Length`. */
  readonly stream?: ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly address?: string;
  readonly signal?: AbortSignal;
}

export const createTestApiKey = (name: string) => `${name}-0123456789abcdef`;
export const createBearerHeader = (name: string) => ({ authorization: `Bearer ${createTestApiKey(name)}` });

export interface TestApp {
  call(method: string, path: string, options?: TestRequestOptions): Promise<TestResponse>;
  /** Like `call`, but returns the response unread, for streams. */
  request(method: string, path: string, body: unknown): Promise<Response>;
  readonly fetch: HonoApp["fetch"];
  create(flow: JsonObject): Promise<TestResponse["json"]>;
  listen(
    options?: Pick<TestRequestOptions, "headers"> & { readonly query?: string },
  ): Promise<ServerSentEventReader>;
  /** Advances both the wall clock and the monotonic clock. */
  wait(milliseconds: number): void;
  /** Changes the wall clock without advancing the monotonic clock. */
  stepClock(milliseconds: number): void;
  readonly events: EventHub | undefined;
  readonly runs: RunService | undefined;
  readonly scheduler: Scheduler | undefined;
  close(): Promise<void>;
}

interface TestAppOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: Partial<ServerConfig>;
  readonly clientDirectory?: string;
  readonly bodies?: BodyMemoryBudget;
  readonly logger?: ServerLogger;
  readonly port?: () => number;
  readonly runner?: FlowRunner;
  readonly memory?: RunMemoryBudget;
  readonly queue?: QueueMonitor;
  readonly metrics?: ServerMetrics;
  /** Replaces the opening of the server's own store in cloud mode, which by default is `store`. */
  readonly accountStore?: Partial<Pick<AccountStoreOptions, "open" | "exists" | "findObstacle">>;
}

/** Starts the application without a port and with a fake clock, which advances a millisecond with every reading. */
export async function startTestApp(store: Store | undefined, options: TestAppOptions = {}): Promise<TestApp> {
  let time = Date.parse("2026-01-01T00:00:00.000Z");
  let clockStep = 0;
  const config = { ...readServerConfig(options.env ?? {}), ...options.config };
  const events = await openEventHub(config, store);
  const { logger = pino({ level: "silent" }), metrics = new ServerMetrics() } = options;
  const now = () => (time += 1) + clockStep;
  const runs =
    store && options.runner
      ? new RunService({
          store,
          runner: options.runner,
          memory: options.memory ?? new RunMemoryBudget(),
          records: createRecordStoreForRuns({ store, now, extras: config.extras }),
          alerts: createAlertTools(config.runs, () => "http://localhost:4400"),
          logger,
          metrics,
          now,
          extras: config.extras,
          retentionDays: 30,
          role: "all",
          concurrency: 16,
          runMs: 60_000,
        })
      : undefined;
  await runs?.start();
  // Not started: a test fires due schedules itself, because the database has another clock.
  const scheduler = runs && new Scheduler(runs);
  const accountStore =
    config.upstream &&
    new AccountStore({
      account: config.upstream,
      open: async () => {
        if (!store) throw new StartupError("This server has no store.");
        return store;
      },
      exists: () => true,
      findObstacle: () => undefined,
      ...options.accountStore,
      logger,
    });
  const app = await createHttpApp({
    config,
    store,
    accountStore,
    events,
    runs,
    scheduler,
    logger,
    metrics,
    queue: options.queue,
    now,
    monotonic: () => time,
    port: options.port ?? (() => 4400),
    clientDirectory: options.clientDirectory,
    ...(options.bodies && { bodies: options.bodies }),
  });
  const call: TestApp["call"] = async (
    method,
    path,
    { body, text, form, stream, headers = {}, address, signal } = {},
  ) => {
    // Sends a form as bytes, as over a socket: Node 24 reports an unhandled rejection if its own stream of a form is
    // cancelled.
    const encoded = form && new Response(form);
    const bytes = await encoded?.arrayBuffer();
    const content = bytes ?? stream ?? text ?? (body === undefined ? undefined : JSON.stringify(body));
    const type = encoded?.headers.get("content-type");
    const init = {
      method,
      headers: { ...(typeof type === "string" && { "content-type": type }), ...headers },
      ...(signal && { signal }),
      ...(content !== undefined && { body: content, duplex: "half" as const }),
    };
    const bindings = address === undefined ? {} : { incoming: { socket: { remoteAddress: address } } };
    const response = await app.request(`http://localhost:4400${path}`, init, bindings);
    const answer = await response.text();
    return { status: response.status, headers: response.headers, text: answer, json: parse(answer) };
  };
  return {
    call,
    request: async (method, path, body) =>
      app.request(`http://localhost:4400${path}`, { method, body: JSON.stringify(body) }),
    fetch: app.fetch,
    events,
    runs,
    scheduler,
    close: async () => {
      await scheduler?.stop();
      await runs?.close();
    },
    listen: async ({ headers = {}, query = "" } = {}) => {
      const { status, body } = await app.request(`http://localhost:4400/local/events${query}`, { headers });
      if (status !== 200 || !body) throw new Error(`the stream was answered with ${status}`);
      return new ServerSentEventReader(body);
    },
    create: async (flow) => (await call("POST", "/v1/flows", { body: flow })).json,
    wait: (milliseconds) => {
      time += milliseconds;
    },
    stepClock: (milliseconds) => {
      clockStep += milliseconds;
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
