import type { Context } from "hono";
import type { ServedEndpointName } from "#server/cloud/other-endpoints.ts";
import type { SecurityEvent } from "#server/telemetry/server-metrics.ts";
import type { HonoApp, HonoEnvironment, HttpAppDependencies } from "./http-app-dependencies.ts";
import { getPublicCallerId } from "./identify-caller.ts";
import { getClientIpAddress, getNetworkOfAddress } from "./client-address.ts";
import { HttpError } from "./http-error.ts";
import { SERVER_KEY_REFUSED_HEADER } from "#contract/local.ts";
import { createTokenBuckets } from "./rate-limit.ts";
import { getRequestId } from "./request-id.ts";

const EVENTS_OF_ENDPOINTS: Partial<Record<ServedEndpointName, SecurityEvent>> = {
  createSession: "sign-in",
  deleteSession: "sign-out",
  publishFlow: "publish",
  publishVersion: "publish",
  deleteFlow: "delete",
  deleteRecord: "delete",
  deleteRecords: "delete",
  deleteRecordResult: "delete",
  editRecords: "bulk-write",
  uploadRecords: "bulk-write",
  exportRecords: "export",
  exportRuntime: "export",
};

/** Log lines about refusals per minute and network: a client that repeats a refused request must not fill the log. */
const REFUSALS_LOGGED_PER_MINUTE = 60;

/** Counts and logs requests that matter for security: who (the key's name, never the key), what, and from where. */
export function mountSecurityEvents(app: HonoApp, dependencies: HttpAppDependencies): void {
  const { config, logger, metrics, monotonic } = dependencies;
  const takeLine = createTokenBuckets(REFUSALS_LOGGED_PER_MINUTE, monotonic);
  app.use("*", async (request, next) => {
    await next();
    const event = findSecurityEvent(request);
    if (event === undefined) return;
    const identity = request.get("identity");
    const isSession = event === "sign-in" || event === "sign-out";
    if (isSession && (config.apiKeys.length === 0 || !identity)) return;
    metrics.countSecurityEvent(event);
    const isRefusal = event === "refused" || event === "sign-in-failed";
    const from = getClientIpAddress(request, config.trustedProxies);
    if (isRefusal && !takeLine(getNetworkOfAddress(from)).isGranted) return;
    const { method, path } = request.req;
    const entry = {
      securityEvent: event,
      key: identity ? (identity.keyName ?? (await getPublicCallerId(identity))) : null,
      from,
      method,
      path,
      endpoint: request.get("endpoint"),
      status: request.res.status,
      ...(isRefusal && { reason: request.error?.message }),
      requestId: getRequestId(request),
    };
    if (isRefusal) logger.warn(entry, "security event");
    else logger.info(entry, "security event");
  });
}

function findSecurityEvent(request: Context<HonoEnvironment>): SecurityEvent | undefined {
  const { status } = request.res;
  const endpoint = request.get("endpoint");
  if (isRefused(request)) return endpoint === "createSession" ? "sign-in-failed" : "refused";
  // Counts the event of a handler even if the request failed afterwards, because the handler has committed its change.
  const committed = request.get("securityEvent");
  if (committed) return committed;
  if (status >= 400 || request.req.method === "HEAD" || request.get("isDryRun") || !endpoint)
    return undefined;
  return EVENTS_OF_ENDPOINTS[endpoint];
}

/** Whether this server refused the request; in cloud mode, the upstream may refuse the server's own key. */
function isRefused({ res, error }: Context): boolean {
  if (res.status === 401 || res.status === 403) return !res.headers.has(SERVER_KEY_REFUSED_HEADER);
  return error instanceof HttpError && error.details.some(({ code }) => code === "TOO_MANY_WRONG_KEYS");
}
