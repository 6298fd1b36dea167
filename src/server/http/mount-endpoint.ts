import type { Context } from "hono";
import type { Endpoint } from "#contract/endpoint.ts";
import { type EndpointName, endpoints } from "#contract/endpoints.ts";
import { TAB_HEADER } from "#contract/events.ts";
import { SAVE_HEADER } from "#contract/flow.ts";
import type { JsonObject } from "#core/json.ts";
import type { Answer } from "#server/answer.ts";
import { ApiFailure } from "#server/api-failure.ts";
import { checkValue, readBody, readObject } from "#server/read-body.ts";
import type { App, AppContext } from "./app-context.ts";
import { type Identity, demand, identify } from "./authenticate.ts";
import { readText } from "./read-text.ts";
import type { RequestHeaders, Route } from "./route.ts";

/** What a server without extras does not know. */
const EXTRA_QUERY: Partial<Record<EndpointName, readonly string[]>> = {
  listFlows: ["status", "sort", "order"],
  listVersions: ["limit", "cursor"],
  listStepResults: ["executionId"],
};

/** Serves one endpoint: who may, then whether the query and the body fit, then the handler. */
export function mountEndpoint(
  app: App,
  context: AppContext,
  limit: (key: string) => void,
  route: Route,
): void {
  const endpoint: Endpoint = endpoints[route.endpoint];
  app.on(endpoint.method, endpoint.path, async (request) => {
    const identity = await identify(context, request);
    const caller = endpoint.scope === undefined ? (identity ?? NOBODY) : demand(identity, endpoint.scope);
    if (endpoint.path.startsWith("/v1/")) limit(caller.name);
    const query = readQuery(
      request,
      endpoint,
      context.config.extras ? [] : (EXTRA_QUERY[route.endpoint] ?? []),
    );
    const { body, bodyText } = await readRequestBody(request, endpoint);
    const params = request.req.param() as Readonly<Record<string, string>>;
    const headers = readHeaders(request);
    return toResponse(
      await route.answer({ caller, identity, params, query, body, bodyText, headers, request }),
    );
  });
}

/** The stranger who calls an endpoint that demands no scope; all of them share one allowance of requests. */
const NOBODY: Identity = { organizationId: "", userId: "", scopes: [], name: "nobody" };

/** After all endpoints: 405 for a known path asked with another method. */
export function mountMethodChecks(app: App): void {
  const methods = new Map<string, string[]>();
  for (const { path, method } of Object.values(endpoints)) {
    const pattern = path.replaceAll(/:\w+/g, ":id");
    methods.set(pattern, [...(methods.get(pattern) ?? []), method]);
  }
  for (const [path, allowed] of methods) {
    app.all(path, () => {
      const allow = [...allowed, ...(allowed.includes("GET") ? ["HEAD"] : [])].join(", ");
      throw new ApiFailure(405, `Only ${allow} is possible here.`, [], { headers: { allow } });
    });
  }
}

export function toResponse(answer: Answer): Response {
  const type = answer.body === undefined ? undefined : { "content-type": "application/json; charset=utf-8" };
  return new Response(answer.stream ?? answer.body ?? null, {
    status: answer.status,
    headers: { "cache-control": "private, no-store", ...type, ...answer.headers },
  });
}

function readQuery(request: Context, endpoint: Endpoint, ignored: readonly string[]): Record<string, string> {
  const given = Object.entries(request.req.query()).filter(([name]) => !ignored.includes(name));
  const query = Object.fromEntries(given);
  if (!endpoint.query) return query;
  const details = checkValue(endpoint.query, query);
  if (details.length > 0) throw new ApiFailure(400, "The query is not valid.", details);
  const bad = given.find(([, value]) => value.includes("\0"));
  if (bad) {
    const message = "A parameter holds a NUL character.";
    throw new ApiFailure(400, "The query is not valid.", [{ message, path: bad[0], code: "INVALID_TEXT" }]);
  }
  return query;
}

async function readRequestBody(
  request: Context,
  endpoint: Endpoint,
): Promise<{ readonly body: JsonObject; readonly bodyText: string }> {
  if (!endpoint.body) return { body: {}, bodyText: "" };
  const bodyText = await readText(request.req.raw);
  if (bodyText === "" && endpoint.isBodyOptional) return { body: {}, bodyText };
  if (endpoint.isBodyJudged) return { body: readJudged(bodyText), bodyText };
  return { body: readBody(bodyText, endpoint.body), bodyText };
}

/** Here the API documents the code beside the error too, not only in its details. */
function readJudged(text: string): JsonObject {
  try {
    return readObject(text);
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    const extra = `"code":${JSON.stringify(error.details[0]?.code)}`;
    throw new ApiFailure(error.status, error.message, error.details, { extra });
  }
}

function readHeaders(request: Context): RequestHeaders {
  return {
    ifMatch: request.req.header("if-match"),
    idempotencyKey: request.req.header("idempotency-key"),
    lastEventId: request.req.header("last-event-id"),
    tab: request.req.header(TAB_HEADER),
    saveKey: request.req.header(SAVE_HEADER),
  };
}
