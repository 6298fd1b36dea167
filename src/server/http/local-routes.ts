import type { Capabilities } from "#contract/local.ts";
import type { AppContext } from "./app-context.ts";
import { endSession, startSession } from "./authenticate.ts";
import { eventRoute } from "./event-route.ts";
import type { Route } from "./route.ts";

/** What the dashboard asks of its own server. */
export function localRoutes(app: AppContext): readonly Route[] {
  const { config } = app;
  return [
    {
      endpoint: "getCapabilities",
      answer: async ({ identity }) => {
        const capabilities: Capabilities = {
          mode: config.upstream ? "cloud" : "local",
          ...(config.upstream && { upstream: config.upstream.url }),
          auth: config.apiKeys.length > 0 ? "required" : "none",
          signedIn: identity !== undefined,
          scopes: [...(identity?.scopes ?? [])],
          versionTokens: config.extras && !config.upstream,
          events: app.events !== undefined,
          ...(identity && { eventsSince: app.events?.recentPosition }),
          // Upstream it is a preview; whether it is switched on shows when it is asked for.
          exportRuntime: true,
          runs: app.runs !== undefined,
          records: true,
        };
        return { status: 200, body: JSON.stringify(capabilities) };
      },
    },
    eventRoute(app),
    {
      endpoint: "createSession",
      answer: async ({ body }) => {
        const cookie = await startSession(app, body["key"] as string);
        return { status: 204, ...(cookie !== undefined && { headers: { "set-cookie": cookie } }) };
      },
    },
    {
      endpoint: "deleteSession",
      answer: async ({ request }) => ({
        status: 204,
        headers: { "set-cookie": await endSession(app, request) },
      }),
    },
  ];
}
