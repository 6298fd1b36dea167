import { BRANCH_NAMES } from "#core/document/flow-document.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { endpoints } from "#contract/endpoints.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import type { EndpointHandlers } from "#server/http/route.ts";
import { assertCallerMaySend } from "./required-scopes.ts";
import { UpstreamAnswerError } from "./upstream-answer.ts";
import { createWriteCall } from "./upstream-call.ts";
import type { UpstreamClient } from "./upstream.ts";

const { path } = endpoints.dispatch;

/** Handles the page's test runs. The connected API runs whole flows, so a run up to a step sends only the steps up to it. */
export function createCloudDispatchRoutes(upstream: UpstreamClient): EndpointHandlers<"dispatch"> {
  return {
    dispatch: async (request) => {
      const { bodyText, caller } = request;
      assertCallerMaySend(caller, path, Buffer.from(bodyText));
      const body = cutBody(request.body);
      const response = await upstream.send({
        ...createWriteCall(request),
        method: "POST",
        target: path,
        isRun: true,
        body: body === request.body ? bodyText : JSON.stringify(body),
      });
      if (!response.ok || !response.body) throw new UpstreamAnswerError(response);
      return { status: 200, stream: response.body, headers: Object.fromEntries(response.headers) };
    },
  };
}

/** Returns the body without the steps after `options.upToStep`, which is an option of this server's own runs. */
function cutBody(body: JsonObject): JsonObject {
  const { flow, options } = body;
  if (!isJsonObject(options) || typeof options["upToStep"] !== "string") return body;
  const { upToStep, ...documented } = options;
  const steps = isJsonObject(flow) && Array.isArray(flow["steps"]) ? flow["steps"] : [];
  const cut = cutAfter(steps, upToStep);
  if (!isJsonObject(flow) || !cut) {
    const message = "The flow has no step with this id.";
    throw createInvalidRequestError(message, { message, path: "options.upToStep", code: "UNKNOWN_STEP" });
  }
  return { ...body, options: documented, flow: { ...flow, steps: [...cut] } };
}

/**
 * Returns the steps up to and including the one with the id. If that step is in a branch, the branch after it becomes
 * empty. Returns undefined if no step has the id.
 */
function cutAfter(steps: readonly JsonValue[], last: string): readonly JsonValue[] | undefined {
  for (const [index, step] of steps.entries()) {
    if (!isJsonObject(step)) continue;
    const before = steps.slice(0, index);
    if (step["id"] === last) return [...before, step];
    const config = isJsonObject(step["config"]) ? step["config"] : {};
    for (const [place, branch] of BRANCH_NAMES.entries()) {
      const nested = config[branch];
      const cut = Array.isArray(nested) && cutAfter(nested, last);
      if (!cut) continue;
      const later = BRANCH_NAMES.slice(place + 1).filter((name) => config[name] !== undefined);
      const empty = Object.fromEntries(later.map((name) => [name, []]));
      return [...before, { ...step, config: { ...config, [branch]: [...cut], ...empty } }];
    }
  }
  return undefined;
}
