import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import type { ReceivedServerSentEvent } from "#server/testing/event-reader.ts";
import { listStreamContractViolations } from "#server/testing/stream-contract.ts";
import { createQuotaHeaders } from "./account-endpoints.ts";
import {
  findAnswerViolations,
  findBodyViolations,
  findHeaderViolations,
  findQueryViolations,
} from "./check-request.ts";
import {
  NotSimulatedError,
  type RealApiEndpoint,
  RealApiError,
  SpecialAnswer,
  type StandInAnswer,
  type StandInRequest,
} from "./endpoint.ts";
import { findRealApiEndpoint } from "./endpoints.ts";
import { parseExactJson, stringifyExactJson } from "./exact-json.ts";
import { FailurePlan, type PlannedAnswer } from "./failures.ts";
import { RealApiState } from "./state.ts";
import { NO_SWITCHES, type RealApiSwitches } from "./switches.ts";

/** A request that the stand-in received, with the status of its answer. */
export interface RecordedRequest {
  readonly method: string;
  /** Path with the query string. */
  readonly path: string;
  /** The documented endpoint, such as `PUT /v1/flows/:id`. */
  readonly kind: string;
  readonly body: unknown;
  readonly userAgent: string;
  status: number;
}

export interface RealApiStandIn {
  /** Base URL without `/v1`. */
  readonly url: string;
  readonly key: string;
  readonly requests: readonly RecordedRequest[];
  /** Deviations of requests from the documented API, and of the stand-in's own answers. Tests expect none. */
  readonly violations: readonly string[];
  readonly state: RealApiState;
  /** Changes the given switches. */
  setSwitches(switches: Partial<RealApiSwitches>): void;
  /** Turns all switches off and forgets planned answers. The stored data stays. */
  resetSwitches(): void;
  /** Answers requests with this answer in place of the stand-in's own. */
  planAnswer(answer: PlannedAnswer): void;
  /** Number of requests of each kind since the last call. */
  takeCounts(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

const REAL_API_KEY = "rt_test_0123456789abcdefghijklmn";

/** Starts a strict, stateful stand-in for the real API on a free port. See README.md. */
export async function startRealApiStandIn({
  switches = {},
  port = 0,
}: {
  readonly switches?: Partial<RealApiSwitches>;
  readonly port?: number;
} = {}): Promise<RealApiStandIn> {
  const state = new RealApiState(switches);
  const failures = new FailurePlan();
  const requests: RecordedRequest[] = [];
  const violations: string[] = [];
  let counted = 0;
  const context = { state, failures, requests, violations };
  const server = createServer((request, response) => {
    handle(context, request, response).catch((error: unknown) => {
      if (!request.destroyed && !response.destroyed) violations.push(`the stand-in failed: ${String(error)}`);
      response.destroy();
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: REAL_API_KEY,
    requests,
    violations,
    state,
    setSwitches: (changed) => {
      state.switches = { ...state.switches, ...changed };
    },
    resetSwitches: () => {
      failures.clear();
      state.switches = NO_SWITCHES;
    },
    planAnswer: (answer) => failures.plan(answer),
    takeCounts: () => {
      const counts: Record<string, number> = {};
      for (const { kind } of requests.slice(counted)) counts[kind] = (counts[kind] ?? 0) + 1;
      counted = requests.length;
      return counts;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface StandInContext {
  readonly state: RealApiState;
  readonly failures: FailurePlan;
  readonly requests: RecordedRequest[];
  readonly violations: string[];
}

async function handle(context: StandInContext, request: IncomingMessage, response: ServerResponse) {
  const { state, failures, requests, violations } = context;
  const { pathname, searchParams, search } = new URL(request.url ?? "/", "http://stand-in");
  const bytes = new Uint8Array(await buffer(request));
  const method = request.method ?? "GET";
  const found = findRealApiEndpoint(method, pathname);
  const kind = found ? `${method} ${found.endpoint.path}` : `${method} ${pathname}`;
  const contentType = request.headers["content-type"] ?? "";
  const entry: RecordedRequest = {
    method,
    path: `${pathname}${search}`,
    kind,
    body: contentType.startsWith("application/json") ? readJson(bytes) : undefined,
    userAgent: request.headers["user-agent"] ?? "",
    status: 0,
  };
  requests.push(entry);
  const report = (list: readonly string[]) => violations.push(...list.map((text) => `${kind}: ${text}`));
  const send = createSender(context, response, entry);
  if (!found) {
    report(["undocumented endpoint"]);
    return send.json(404, { error: "Not found" });
  }
  const { endpoint, params } = found;
  if (state.switches.slow > 0) await wait(state.switches.slow);
  const planned = failures.takePlannedAnswer(endpoint);
  if (planned)
    return send.text(
      planned.status,
      planned.body,
      planned.contentType ?? "application/json",
      typeof planned.headers === "function" ? planned.headers() : planned.headers,
    );
  if (failures.isDue("502", endpoint, state.switches.htmlBadGateway))
    return send.text(502, "<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html");
  if (failures.isDue("html", endpoint, state.switches.htmlInsteadOfJson))
    return send.text(200, "<!doctype html><title>Sign in</title><h1>Sign in</h1>", "text/html");
  const closed = new AbortController();
  response.on("close", () => closed.abort());
  const input: StandInRequest = {
    params,
    query: searchParams,
    body: entry.body,
    bytes,
    signal: closed.signal,
  };
  report(findHeaderViolations(endpoint, request.headers));
  report(findQueryViolations(endpoint, searchParams));
  try {
    checkKey(state, endpoint, request.headers.authorization);
    failures.failWrite(endpoint, state.switches);
    const invalid = findBodyViolations(endpoint, input);
    if (invalid.length > 0) {
      report(invalid);
      throw new RealApiError(400, "Validation failed", {
        details: invalid.map((message) => ({ message, code: "INVALID_BODY" })),
      });
    }
    if (!endpoint.handle) throw new NotSimulatedError();
    const returned = endpoint.handle(state, input);
    const [status] = Object.keys(endpoint.answers);
    const answer =
      returned instanceof SpecialAnswer ? returned.answer : { status: Number(status), body: returned };
    if (!state.switches.nextYear) report(findAnswerViolations(endpoint, answer));
    const isTruncated =
      answer.body !== undefined && failures.isDue("half", endpoint, state.switches.truncatedJson);
    if (isTruncated) {
      const text = stringifyExactJson(answer.body);
      return send.text(answer.status, text.slice(0, text.length / 2), "application/json");
    }
    await sendAnswer(context, answer, send, report);
  } catch (error) {
    if (!(error instanceof RealApiError)) throw error;
    if (error instanceof NotSimulatedError) report([error.message]);
    const { status, message, details, fields, headers } = error;
    send.json(status, { error: message, ...(details && { details }), ...fields }, headers);
  }
}

async function sendAnswer(
  { state }: StandInContext,
  answer: StandInAnswer,
  send: ReturnType<typeof createSender>,
  report: (list: readonly string[]) => void,
) {
  if (answer.events) {
    const sent: ReceivedServerSentEvent[] = [];
    send.start(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    for await (const event of answer.events) {
      sent.push({ event: event.type, id: undefined, data: event });
      send.part(`event: ${event.type}\ndata: ${stringifyExactJson(event)}\n\n`);
    }
    if (!state.switches.nextYear) report(listStreamContractViolations(sent, { isCut: send.isClientGone() }));
    return send.end();
  }
  if (answer.body === undefined) return send.text(answer.status, "", undefined);
  send.json(answer.status, answer.body);
}

function createSender({ state }: StandInContext, response: ServerResponse, entry: RecordedRequest) {
  const start = (status: number, headers: Readonly<Record<string, string>>) => {
    entry.status = status;
    const date = new Date(state.now() / 1000).toUTCString();
    response.writeHead(status, { ...createQuotaHeaders(state), date, ...headers });
  };
  const text = (
    status: number,
    body: string,
    contentType: string | undefined,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    start(status, { ...(contentType !== undefined && { "content-type": contentType }), ...headers });
    response.end(body);
  };
  return {
    start,
    text,
    json: (status: number, body: unknown, headers?: Readonly<Record<string, string>>) =>
      text(status, stringifyExactJson(body), "application/json", headers),
    part: (chunk: string) => response.write(chunk),
    isClientGone: () => response.destroyed,
    end: () => response.end(),
  };
}

function readJson(bytes: Uint8Array<ArrayBuffer>): unknown {
  try {
    return parseExactJson(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function checkKey(
  { switches }: RealApiState,
  { scope }: RealApiEndpoint,
  authorization: string | undefined,
): void {
  if (authorization !== `Bearer ${REAL_API_KEY}`)
    throw new RealApiError(401, "Unauthorized", {
      headers: {
        "www-authenticate": 'Bearer realm="runtype", resource_metadata="https://runtype.example/agent"',
      },
    });
  const isAllowed =
    scope === undefined ||
    switches.scopes.some((given) => given === "*" || given === scope || given === allOf(scope));
  if (!isAllowed) throw new RealApiError(403, `The API key does not have the scope ${scope}`);
}

const allOf = (scope: string) => `${scope.split(":")[0] ?? ""}:*`;
