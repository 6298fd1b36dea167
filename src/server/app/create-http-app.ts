import { Hono } from "hono";
import type { EndpointName } from "#contract/endpoints.ts";
import { createCloudAccountRoutes, createCloudValidationRoutes } from "#server/cloud/account.ts";
import type { AccountStore } from "#server/cloud/account-store.ts";
import { createCloudDispatchRoutes } from "#server/cloud/dispatch.ts";
import { CloudFlowReader } from "#server/cloud/flow-reader.ts";
import { CloudEvents } from "#server/cloud/events.ts";
import { createCloudFlowListRoutes } from "#server/cloud/flow-lists.ts";
import { createCloudFlowRoutes } from "#server/cloud/flows.ts";
import { mountPassThrough } from "#server/cloud/mount-pass-through.ts";
import { createCloudRecordRoutes } from "#server/cloud/records.ts";
import { listScopesOfEndpoint } from "#server/cloud/required-scopes.ts";
import { RepeatedRequests } from "#server/cloud/repeated-requests.ts";
import { createCloudRunRoutes } from "#server/cloud/runs.ts";
import { StartedBatches } from "#server/cloud/started-batches.ts";
import { createCloudSuggestionRoutes } from "#server/cloud/suggestions.ts";
import { CloudTags, createCloudTagRoutes } from "#server/cloud/tags.ts";
import { UpstreamClient } from "#server/cloud/upstream.ts";
import { getDashboardOrigin } from "#server/config/dashboard-origin.ts";
import type { FlowServiceDependencies } from "#server/flows/flow-context.ts";
import { createIndexTextParser } from "#server/flows/step-index/index-text-parser.ts";
import type { Store } from "#server/store/store.ts";
import { createBackgroundTextParser } from "#server/flows/text-jobs/background-text-parser.ts";
import { convertToFetchResponse } from "#server/http/answer.ts";
import { createHttpErrorResponse } from "#server/http/http-error-response.ts";
import { AnswerCache } from "#server/http/answer-cache.ts";
import type { HonoApp, HttpAppDependencies } from "#server/http/http-app-dependencies.ts";
import { isRequestOfPage, requireIdentityWithScopes, identifyCaller } from "#server/http/identify-caller.ts";
import { BodyMemoryBudget } from "#server/http/body-budget.ts";
import { mountCachedReads } from "#server/http/cached-reads.ts";
import { createApiKeyVerifier } from "#server/http/api-key-verifier.ts";
import { createFlowRoutes } from "#server/http/flow-routes.ts";
import { createEnvironmentRoutes } from "#server/http/environment-routes.ts";
import { rejectCrossSiteRequests } from "#server/http/cross-site-check.ts";
import { HttpError } from "#server/http/http-error.ts";
import { createRequestLimiter, mountRateLimitHeaders } from "#server/http/request-limiter.ts";
import { createLocalApiRoutes } from "./local-routes.ts";
import { mountMethodNotAllowedHandlers, mountEndpointHandlers } from "#server/http/mount-endpoint.ts";
import { mountProbes } from "#server/http/mount-probes.ts";
import { mountViolationReports } from "#server/http/mount-violation-reports.ts";
import { getOpenApiJson } from "#server/http/open-api.ts";
import { mountMetricsRoute, mountRequestObservation } from "#server/http/observe-requests.ts";
import type { EndpointHandlers } from "#server/http/endpoint-handlers.ts";
import { getRequestId, mountRequestIds } from "#server/http/request-id.ts";
import { createRecordRoutes } from "#server/http/record-routes.ts";
import { createScheduleRoutes } from "#server/http/schedule-routes.ts";
import { createAlertRoutes } from "#server/http/alert-routes.ts";
import { createRunRoutes } from "#server/http/run-routes.ts";
import { mountSecurityEvents } from "#server/http/security-events.ts";
import { createSecurityHeaders } from "#server/http/security-headers.ts";
import { createStepSearchRoutes } from "#server/http/step-search-routes.ts";
import { createStaticFileHandler } from "#server/http/static-files.ts";
import { createUnknownEndpointError } from "#server/http/unknown-endpoint.ts";

/** Maximum number of requests in the queue for validation, an endpoint that callers without a key can use. */
const VALIDATION_QUEUE = 8;

const WORKER_ONLY =
  "This server only runs the records of batches. Use a server whose FLOWLINE_ROLE is web or all.";

export async function createHttpApp(given: HttpAppDependencies): Promise<HonoApp> {
  const { config, logger, metrics } = given;
  const app: HonoApp = new Hono();
  app.onError((error, request) => createHttpErrorResponse(error, logger, getRequestId(request)));
  const bodies = given.bodies ?? new BodyMemoryBudget();
  let context = { ...given, bodies, checkKey: createApiKeyVerifier(config.apiKeys, given.monotonic) };
  const limit = createRequestLimiter(context);
  const cache = new AnswerCache();
  const hasFaults = import.meta.env.MODE === "test" && config.faults;
  const mountReads = () => {
    if (given.store && !config.upstream)
      mountCachedReads(app, { context, store: given.store, cache, limit, isFirst: !hasFaults });
  };
  if (!hasFaults) mountReads();
  mountRequestIds(app);
  mountRequestObservation(app, metrics);
  mountSecurityEvents(app, given);
  if (config.rateLimit !== undefined) mountRateLimitHeaders(app);
  app.use("*", async (request, next) => {
    const started = performance.now();
    await next();
    const ms = Math.round(performance.now() - started);
    logger.debug(
      {
        requestId: getRequestId(request),
        method: request.req.method,
        path: request.req.path,
        status: request.res.status,
        ms,
      },
      "request",
    );
  });
  app.use("*", createSecurityHeaders(config), rejectCrossSiteRequests(given));
  if (import.meta.env.MODE === "test" && config.faults) {
    const { mountFaultInjection } = await import("#server/http/mount-fault-injection.ts");
    context = mountFaultInjection(app, context);
    mountReads();
  }

  mountProbes(app, context);
  metrics.addGauge("cached_answers_bytes", "Memory of the answers that are held for reads.", () => ({
    "": cache.bytes,
  }));
  mountMetricsRoute(app, context, metrics);
  if (config.role === "worker") {
    app.all("*", () => {
      throw new HttpError(404, WORKER_ONLY);
    });
    return app;
  }
  const sendDescription = () =>
    convertToFetchResponse({ status: 200, body: getOpenApiJson(config.upstream?.url) });
  // In cloud mode, the path of the documented API is that of the upstream's own description.
  app.get("/local/openapi.json", sendDescription);
  mountViolationReports(app, context, limit);
  const mount = <Name extends EndpointName>(
    routes: EndpointHandlers<Name>,
    accepts?: typeof isRequestOfPage,
  ): void => mountEndpointHandlers(app, routes, { context, limit, accepts });
  mount(createLocalApiRoutes(context));
  const upstream = config.upstream && new UpstreamClient(config.upstream, config.runs.runMs, logger);
  // Must come before the environment's, whose lists are those of this server.
  if (upstream) {
    mount(createCloudSuggestionRoutes(upstream));
    mount(createCloudAccountRoutes(upstream));
  }
  mount(createEnvironmentRoutes(context));
  mount(createStepSearchRoutes(context));
  if (upstream) {
    const reader = new CloudFlowReader(upstream, context.monotonic);
    const accountStore = requireAccountStore(context);
    const tags = new CloudTags(accountStore, upstream, logger);
    const started = new StartedBatches(accountStore, logger);
    const events = new CloudEvents(context.events, accountStore);
    const repeated = new RepeatedRequests({ accountStore, now: context.now, logger });
    const routesOfPage = {
      ...createCloudFlowListRoutes(upstream, tags),
      ...createCloudValidationRoutes(upstream),
      ...createCloudDispatchRoutes(upstream),
      ...repeated.wrap({
        ...createCloudFlowRoutes(upstream, { reader, tags, events }),
        ...createCloudRecordRoutes(upstream),
        ...createCloudRunRoutes(upstream, { reader, started, now: context.now }),
      }),
    };
    mountEndpointHandlers(app, routesOfPage, {
      context,
      limit,
      accepts: isRequestOfPage,
      isForOtherApi: true,
      listScopes: listScopesOfEndpoint,
    });
    mount(createCloudTagRoutes(tags, events));
    mountPassThrough(app, upstream, {
      logger,
      bodies,
      limit,
      authorize: async (request, needed) =>
        requireIdentityWithScopes(request, await identifyCaller(context, request), needed),
      onSuccess: async (identity, endpoint, path) => {
        if (endpoint === "deleteFlow") await tags.forget(path.slice("/v1/flows/".length));
        events.publishForwarded({ caller: identity }, endpoint, path);
      },
    });
  } else {
    app.get("/v1/openapi.json", sendDescription);
    const store = requireStore(context);
    const records = { store, now: context.now, extras: config.extras };
    const parsers = {
      validation: createBackgroundTextParser({ queue: VALIDATION_QUEUE }),
      index: createIndexTextParser(),
    };
    const flows = flowContextOf(context, store);
    // The page guards its saves by version tokens, also where programs get none.
    const flowsOfPage = createFlowRoutes({ ...flows, extras: true }, parsers);
    if (!config.extras) mount(flowsOfPage, isRequestOfPage);
    mount(createFlowRoutes(flows, parsers));
    mount(createRecordRoutes(records));
    if (context.runs) {
      const dispatch = { flows, index: parsers.index };
      mount(createRunRoutes(context.runs, dispatch));
      mount(createAlertRoutes(context.runs.alerts));
    }
    if (context.scheduler) mount(createScheduleRoutes(context.scheduler));
  }
  mountMethodNotAllowedHandlers(app);
  const serveFile =
    context.clientDirectory === undefined
      ? undefined
      : createStaticFileHandler(context.clientDirectory, {
          events: context.events,
          runsFlows: config.upstream === undefined,
        });
  app.all("*", (request) => {
    const { method, path } = request.req;
    if (!config.upstream && /^\/v1(?:\/|$)/.test(path)) throw createUnknownEndpointError(method, path);
    if (!serveFile || /^\/(?:v1|local)(?:\/|$)/.test(path)) throw new HttpError(404, "Not found.");
    return serveFile(request);
  });
  return app;
}

function flowContextOf(app: HttpAppDependencies, store: Store): FlowServiceDependencies {
  const { config, now, port } = app;
  const { extras, extraStepTypes } = config;
  return { store, now, extras, extraStepTypes, dashboardOrigin: () => getDashboardOrigin(config, port()) };
}

function requireAccountStore({ accountStore }: HttpAppDependencies): AccountStore {
  if (!accountStore) throw new Error("a server with an upstream needs an account store");
  return accountStore;
}

function requireStore({ store }: HttpAppDependencies): Store {
  if (!store) throw new Error("a server without an upstream needs a store");
  return store;
}
