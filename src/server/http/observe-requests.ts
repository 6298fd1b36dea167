import { ROOT_CONTEXT, SpanKind, SpanStatusCode, context, propagation, trace } from "@opentelemetry/api";
import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import { isScopeGrantedToCaller } from "#server/domain/caller.ts";
import type { QueueMonitor } from "#server/telemetry/queue-monitor.ts";
import type { ServerMetrics } from "#server/telemetry/server-metrics.ts";
import { type HonoApp, readRequestHeader } from "./http-app-dependencies.ts";
import {
  type AuthenticationDependencies,
  identifyCaller,
  requireIdentityWithScopes,
} from "./identify-caller.ts";
import { getRequestId } from "./request-id.ts";

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const ANY_PATH = "/*";
const OLD_SCOPE =
  "/metrics was read by a key with FLOWS:READ and without METRICS:READ, which is deprecated. Add METRICS:READ to this key in FLOWLINE_API_KEYS.";

/** By the route's pattern, so that the number of time series stays bounded. Joins the client's trace. */
export function mountRequestObservation(app: HonoApp, metrics: ServerMetrics): void {
  const tracer = trace.getTracer("flowline");
  app.use("*", async (call, next) => {
    const started = performance.now();
    const method = METHODS.has(call.req.method) ? call.req.method : "other";
    const parent = propagation.extract(ROOT_CONTEXT, { traceparent: call.req.header("traceparent") });
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER }, parent);
    try {
      await context.with(trace.setSpan(parent, span), next);
    } finally {
      const { status } = call.res;
      const route = findRoute(call);
      metrics.countRequest(method, route, { status, seconds: (performance.now() - started) / 1000 });
      span.updateName(`${method} ${route}`);
      span.setAttributes(describeSpan({ method, route, status, requestId: getRequestId(call) ?? "" }));
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    }
  });
}

interface AnsweredRequest {
  readonly route: string;
  readonly status: number;
  /** The time of `performance.now()` at the start of the request. */
  readonly started: number;
  readonly requestId: string;
}

/** Counts a request that was answered before `mountRequestObservation` ran, and records its span. */
export function observeAnsweredRequest(
  call: Context,
  metrics: ServerMetrics,
  { route, status, started, requestId }: AnsweredRequest,
): void {
  const method = METHODS.has(call.req.method) ? call.req.method : "other";
  metrics.countRequest(method, route, { status, seconds: (performance.now() - started) / 1000 });
  const parent = propagation.extract(ROOT_CONTEXT, { traceparent: readRequestHeader(call, "traceparent") });
  const options = {
    kind: SpanKind.SERVER,
    startTime: started,
    attributes: describeSpan({ method, route, status, requestId }),
  };
  trace.getTracer("flowline").startSpan(`${method} ${route}`, options, parent).end();
}

function describeSpan(answered: Omit<AnsweredRequest, "started"> & { readonly method: string }) {
  return {
    "http.request.method": answered.method,
    "http.route": answered.route,
    "http.response.status_code": answered.status,
    "flowline.request.id": answered.requestId,
  };
}

function findRoute(call: Context): string {
  return matchedRoutes(call).find(({ path }) => path !== ANY_PATH)?.path ?? ANY_PATH;
}

/** The queue is shared, so each server reports the same values: aggregate them by `max`, not by `sum`. */
function addQueueGauges(queue: QueueMonitor, metrics: ServerMetrics): void {
  metrics.addGauge(
    "queue_records",
    "Records of batches that have not ended, on all servers, by state.",
    async () => {
      const { waiting, active, failed } = await queue.read();
      return { waiting, active, failed };
    },
  );
  metrics.addGauge(
    "queue_oldest_seconds",
    "Seconds since the oldest batch with waiting records was created; 0 if none waits.",
    async () => ({ "": (await queue.read()).oldestSeconds }),
  );
}

/** On a server with keys, needs `METRICS:READ`; `FLOWS:READ`, as before, is accepted with a warning. */
export function mountMetricsRoute(
  app: HonoApp,
  dependencies: AuthenticationDependencies,
  metrics: ServerMetrics,
): void {
  const { store, runs, queue, logger } = dependencies;
  if (runs) metrics.addGauge("runs_active", "Runs of flows on this server.", () => ({ "": runs.activeRuns }));
  const pool = store?.getPoolUsage;
  const help = "Connections of this server to PostgreSQL, and requests that wait for one.";
  if (pool) metrics.addGauge("database_connections", help, pool);
  if (queue) addQueueGauges(queue, metrics);
  let hasWarned = false;
  app.get("/metrics", async (call) => {
    const caller = await identifyCaller(dependencies, call);
    const isOld = caller && !isScopeGrantedToCaller(caller, "METRICS:READ");
    if (!isOld || !isScopeGrantedToCaller(caller, "FLOWS:READ"))
      requireIdentityWithScopes(call, caller, ["METRICS:READ"]);
    else if (!hasWarned) {
      hasWarned = true;
      logger.warn(OLD_SCOPE);
    }
    const headers = { "content-type": metrics.contentType, "cache-control": "private, no-store" };
    return new Response(await metrics.render(), { headers });
  });
}
