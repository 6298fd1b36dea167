import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { ApiFailure } from "#server/api-failure.ts";
import { describeError } from "#server/describe-error.ts";
import type { FlowContext } from "#server/flows/flow-context.ts";
import type { Store } from "#server/store/store.ts";
import type { App, AppContext } from "./app-context.ts";
import { demand, identify } from "./authenticate.ts";
import { flowRoutes } from "./flow-routes.ts";
import { guardOrigin } from "./guard-origin.ts";
import { localRoutes } from "./local-routes.ts";
import { mountEndpoint, mountMethodChecks, toResponse } from "./mount-endpoint.ts";
import { openApiText } from "./open-api.ts";
import { passThrough, scopeOf } from "./pass-through.ts";
import { createRateLimit } from "./rate-limit.ts";
import { recordRoutes } from "./record-routes.ts";
import { runRoutes } from "./run-routes.ts";
import { securityHeaders } from "./security-headers.ts";
import { createStaticFiles } from "./static-files.ts";

/** What PostgreSQL calls it, embedded or not. */
const DISK_FULL = "53100";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** The whole server but for its port: every answer comes from here, in tests too. */
export async function createApp(given: AppContext): Promise<App> {
  const { config, logger } = given;
  const app: App = new Hono();
  app.onError((error) => answerFailure(error, given));
  app.use("*", async (request, next) => {
    const started = performance.now();
    await next();
    const ms = Math.round(performance.now() - started);
    logger.debug(
      { method: request.req.method, path: request.req.path, status: request.res.status, ms },
      "request",
    );
  });
  app.use("*", securityHeaders, guardOrigin(given));
  let context = given;
  if (import.meta.env.MODE === "test" && config.faults) {
    const { mountFaultHook } = await import("./fault-hook.ts");
    context = mountFaultHook(app, given);
  }
  const { rateLimit } = config;
  const limit = rateLimit === undefined ? () => undefined : createRateLimit(rateLimit, context.now);

  mountProbes(app, context);
  for (const route of localRoutes(context)) mountEndpoint(app, context, limit, route);
  if (config.upstream) {
    app.on(METHODS, "/v1/*", async (request) => {
      const caller = demand(await identify(context, request), scopeOf(request.req.method, request.req.path));
      limit(caller.name);
      return passThrough(context, request);
    });
  } else {
    app.get("/v1/openapi.json", () => toResponse({ status: 200, body: openApiText() }));
    const store = requireStore(context);
    const records = { store, now: context.now, extras: config.extras };
    const runs = context.runs ? runRoutes(context.runs) : [];
    const routes = [...flowRoutes(describeFlows(context, store)), ...recordRoutes(records), ...runs];
    for (const route of routes) mountEndpoint(app, context, limit, route);
  }
  mountMethodChecks(app);
  const serveFile =
    context.clientDirectory === undefined ? undefined : createStaticFiles(context.clientDirectory);
  app.all("*", (request) => {
    if (!serveFile || /^\/(?:v1|local)(?:\/|$)/.test(request.req.path))
      throw new ApiFailure(404, "Not found.");
    return serveFile(request);
  });
  return app;
}

/** `/healthz` says that the process runs, `/readyz` that it can serve. */
function mountProbes(app: App, { store }: AppContext): void {
  app.get("/healthz", () => toResponse({ status: 200, body: `{"ok":true}` }));
  app.get("/readyz", async () => {
    const isReady = await (store?.ping() ?? Promise.resolve()).then(
      () => true,
      () => false,
    );
    if (!isReady) throw new ApiFailure(503, "The store does not answer.");
    return toResponse({ status: 200, body: `{"ok":true}` });
  });
}

function describeFlows({ config, now }: AppContext, store: Store): FlowContext {
  const { extras, extraStepTypes, publicUrl } = config;
  return { store, now, extras, extraStepTypes, publicUrl };
}

function requireStore({ store }: AppContext): Store {
  if (!store) throw new Error("a server without an upstream needs a store");
  return store;
}

/** Every failure is the documented error body; what was not foreseen is logged and tells the client nothing. */
function answerFailure(error: Error, { logger }: AppContext): Response {
  if (error instanceof ApiFailure) {
    return toResponse({ status: error.status, body: error.body, headers: error.headers });
  }
  if (error instanceof HTTPException) {
    return toResponse({ status: error.status, body: JSON.stringify({ error: error.message }) });
  }
  const told = describeError(error);
  logger.error({ err: told }, "a request failed");
  if (told["code"] === DISK_FULL) {
    const message =
      "The disk that the server keeps its data on is full; nothing was changed. Free some of it and try again.";
    return toResponse({
      status: 500,
      body: JSON.stringify({ error: message, details: [{ message, code: "DISK_FULL" }] }),
    });
  }
  return toResponse({
    status: 500,
    body: `{"error":"Something went wrong in the server; nothing was changed."}`,
  });
}
