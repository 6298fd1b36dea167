import type { eventEndpoints } from "#contract/events.ts";
import type { localServerEndpointDefinitions } from "#contract/local-endpoints.ts";
import { listCloudFeatures } from "#server/cloud/features.ts";
import type { ServerCapabilities } from "#contract/local.ts";
import { SUPPORTED_STEP_TYPES } from "#server/runner/steps/step-runners.ts";
import { EVENT_STREAM_HEADERS } from "#server/http/answer.ts";
import {
  type AuthenticationDependencies,
  endSession,
  getPublicCallerId,
  startSession,
} from "#server/http/identify-caller.ts";
import { mayCallerSeeSecretsAndRunHosts } from "#server/http/environment-routes.ts";
import { HttpError } from "#server/http/http-error.ts";
import { listLocalFeatures } from "./local-features.ts";
import type { EndpointHandlers } from "#server/http/endpoint-handlers.ts";

export function createLocalApiRoutes(
  app: AuthenticationDependencies,
): EndpointHandlers<keyof typeof localServerEndpointDefinitions | keyof typeof eventEndpoints> {
  const { config, events } = app;
  return {
    getCapabilities: async ({ identity }) => {
      const storeProblem = await app.accountStore?.findProblem();
      const value: ServerCapabilities = {
        mode: config.upstream ? "cloud" : "local",
        ...(config.upstream && { upstream: config.upstream.url }),
        auth: config.apiKeys.length > 0 ? "required" : "none",
        signedIn: identity !== undefined,
        ...(identity && { identity: await getPublicCallerId(identity) }),
        scopes: [...(identity?.scopes ?? [])],
        ...(identity?.keyName !== undefined && { keyName: identity.keyName }),
        features: config.upstream ? listCloudFeatures(storeProblem) : listLocalFeatures(config),
        ...(identity && storeProblem !== undefined && { storeProblem }),
      };
      return { status: 200, value };
    },

    getEnvironment: async ({ caller }) => {
      if (!app.runs) throw new HttpError(404, "This server can’t run flows.");
      const { modelUrl, smtpUrl, secrets } = config.runs;
      const value = {
        models: modelUrl !== undefined,
        mail: smtpUrl !== undefined,
        stepTypes: [...SUPPORTED_STEP_TYPES],
        ...(mayCallerSeeSecretsAndRunHosts(caller) && {
          secrets: Object.entries(secrets).map(([name, { stepTypes }]) => ({
            name,
            stepTypes: [...stepTypes],
          })),
        }),
      };
      return { status: 200, value };
    },

    streamEvents: async ({ caller, identity, query, headers, request }) => {
      if (!events) throw new HttpError(404, "This server sends no events.");
      // Opens no stream for HEAD: the framework also runs the GET handler for HEAD, and then never reads the body.
      if (request.req.raw.method === "HEAD") return { status: 200, headers: EVENT_STREAM_HEADERS };
      const { organizationId = caller.organizationId } = app.accountStore ?? {};
      const stream = events.open({
        caller: { ...caller, organizationId },
        // A reconnecting browser sends the latest id in the header, but repeats its first query.
        lastEventId: headers.lastEventId ?? query.lastEventId,
        disconnect: () => request.env?.incoming?.socket.destroy(),
        session: identity?.sessionHash,
      });
      return { status: 200, stream, headers: EVENT_STREAM_HEADERS };
    },

    createSession: async ({ body, request }) => {
      const cookie = await startSession(app, request, body.key);
      return { status: 204, ...(cookie !== undefined && { headers: { "set-cookie": cookie } }) };
    },

    deleteSession: async ({ request }) => ({
      status: 204,
      // Clears the browser's HTTP cache, which holds responses about flows, before another user signs in.
      headers: { "set-cookie": await endSession(app, request), "clear-site-data": '"cache"' },
    }),
  };
}
